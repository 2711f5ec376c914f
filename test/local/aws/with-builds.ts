import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchGetBuildsCommand,
  type Build,
  CodeBuildClient,
  StartBuildCommand,
  type StartBuildInput,
} from '@aws-sdk/client-codebuild';
import type { LocalAwsOptions } from '../../../local/aws/index.ts';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

/** A local AWS with one project `morning`, whose source is a folder of the test's. */
export interface BuildBench extends Bench {
  codebuild: CodeBuildClient;
  /** The folder of the source. */
  source: string;
  /** Writes `buildspec.yml`: phases with their commands. */
  buildspec(phases: Record<string, string[]>, more?: object): Promise<void>;
  /** Starts a build of `morning`; returns its id. */
  start(changes?: Partial<StartBuildInput>): Promise<string>;
  build(id: string): Promise<Build>;
  /** Waits until it is complete. */
  completes(id: string): Promise<Build>;
}

/** Runs `test` with such a local AWS. */
export async function withBuilds(
  options: Partial<LocalAwsOptions>,
  test: (bench: BuildBench) => Promise<void>,
): Promise<void> {
  const source = await mkdtemp(join(tmpdir(), 'nightshift-source-'));
  try {
    await withLocalAws({ codeBuildProjects: { morning: { directory: source } }, ...options }, async (bench) => {
      const { endpoint, region } = bench.aws;
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const codebuild = new CodeBuildClient({ endpoint, region, credentials, maxAttempts: 1 });
      await test({ ...bench, codebuild, source, ...shortWords(codebuild, source) }).finally(() => codebuild.destroy());
    });
  } finally {
    await rm(source, { recursive: true });
  }
}

function shortWords(
  codebuild: CodeBuildClient,
  source: string,
): Pick<BuildBench, 'buildspec' | 'start' | 'build' | 'completes'> {
  async function build(id: string): Promise<Build> {
    const { builds } = await codebuild.send(new BatchGetBuildsCommand({ ids: [id] }));
    const [found] = builds ?? [];
    if (!found) throw new Error(`No such build: ${id}`);
    return found;
  }
  return {
    build,
    completes: (id) =>
      until(
        () => build(id),
        ({ buildComplete }) => buildComplete === true,
        30_000,
      ),
    async buildspec(phases, more = {}) {
      const withCommands = Object.entries(phases).map(([name, commands]) => [name, { commands }]);
      const spec = { version: 0.2, phases: Object.fromEntries(withCommands), ...more };
      await writeFile(join(source, 'buildspec.yml'), JSON.stringify(spec));
    },
    async start(changes) {
      const started = await codebuild.send(new StartBuildCommand({ projectName: 'morning', ...changes }));
      return started.build?.id ?? '';
    },
  };
}

/** The phases of a build with how they ended, e.g. `BUILD FAILED`. */
export function phasesOf(build: Build): string[] {
  return (build.phases ?? []).map(({ phaseType, phaseStatus }) => [phaseType, phaseStatus].filter(Boolean).join(' '));
}
