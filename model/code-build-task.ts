import type { Duration } from './duration.ts';
import type { AwsTaskOptions, Carries } from './task.ts';

/** Work done by one build of AWS CodeBuild. */
export type CodeBuildTaskOptions = AwsTaskOptions & {
  /** The folder under `apps/` with the `buildspec.yml`: the project's source. */
  app: string;
  /** Longest time of one build, `'5 minutes'` to `'36 hours'`, as CodeBuild has it. Default: what is left of the job's `timeout`, within those. */
  timeout?: Duration;
  /** How the result comes back. Default `'none'`. */
  output?: 'none' | 'line';
};

/** A declared CodeBuild task with its input and output types; made by {@link codeBuildTask}. */
export interface CodeBuildTask<I, O> extends Carries<I, O> {
  /** CodeBuild carries it out. */
  readonly kind: 'codeBuild';
  /** The settings that it was declared with. */
  readonly options: CodeBuildTaskOptions;
}

/**
 * Declares work for one build of AWS CodeBuild. `I` is what the call gives it (`JOB_INPUT`), `O` what it returns.
 * @example codeBuildTask({ app: 'batch-job', timeout: '20 minutes' })
 */
export function codeBuildTask<I = void, O = void>(options: CodeBuildTaskOptions): CodeBuildTask<I, O> {
  return { kind: 'codeBuild', options };
}
