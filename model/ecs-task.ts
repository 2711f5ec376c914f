import type { Duration } from './duration.ts';
import type { FargateSize } from './size.ts';
import type { AwsTaskOptions, Carries } from './task.ts';

/** Work done by one ECS task on Fargate. */
export type EcsTaskOptions = FargateSize &
  AwsTaskOptions & {
    /** The folder under `apps/` whose image runs. */
    app: string;
    /** The program and its arguments, in exec form. */
    command: readonly [string, ...string[]];
    /** Run on the capacity provider FARGATE_SPOT; after two losses, on FARGATE. Default false. */
    spot?: boolean;
    /** Disk of the container, `'21 GB'` to `'200 GB'`. Default: what Fargate gives, 20 GB. */
    ephemeralStorage?: `${number} GB`;
    /** How the result comes back. Default `'none'`. */
    output?: 'none' | 'line';
    /** Longest time of one attempt, from its start in AWS. ECS has no limit of its own: Nightshift stops the task. Default: the job's `timeout`. */
    timeout?: Duration;
  };

/** A declared ECS task with its input and output types; made by {@link ecsTask}. */
export interface EcsTask<I, O> extends Carries<I, O> {
  /** ECS carries it out. */
  readonly kind: 'ecs';
  /** The settings that it was declared with. */
  readonly options: EcsTaskOptions;
}

/**
 * Declares work for one ECS task on Fargate. `I` is what the call gives it (`JOB_INPUT`), `O` what it returns.
 * @example ecsTask({ app: 'ecs-task', command: ['node', 'main.js'], vcpu: 0.5, memory: '1 GB' })
 */
export function ecsTask<I = void, O = void>(options: EcsTaskOptions): EcsTask<I, O> {
  return { kind: 'ecs', options };
}
