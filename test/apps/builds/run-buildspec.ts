import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { startProgram } from '../run-program.ts';

interface Buildspec {
  version: number;
  env: { variables: Record<string, string> };
  phases: Record<string, { commands: string[] }>;
}

/** What a build has printed, and the command that failed. */
export interface Built {
  output: string;
  failed: string | undefined;
}

/** Runs the phases of a project's buildspec in a copy of its folder, as CodeBuild orders them. */
export async function runBuildspec(
  app: string,
  { directory, variables }: { directory: string; variables: Record<string, string> },
): Promise<Built> {
  await cp(join(process.cwd(), 'apps', app), directory, { recursive: true, force: false });
  const { env, phases } = parse(await readFile(join(directory, 'buildspec.yml'), 'utf8')) as Buildspec;
  const built: Built = { output: '', failed: undefined };
  for (const phase of ['install', 'pre_build', 'build', 'post_build']) {
    // After a build that has failed comes post_build all the same; nothing comes after an earlier failure.
    const isOver = built.failed !== undefined && phase !== 'post_build';
    if (isOver || (built.failed !== undefined && !phases.build?.commands.includes(built.failed))) continue;
    const succeeding = { CODEBUILD_BUILD_SUCCEEDING: built.failed === undefined ? '1' : '0' };
    for (const command of phases[phase]?.commands ?? []) {
      const all = { ...env.variables, ...variables, ...succeeding };
      const ended = await startProgram({ directory }, ['sh', '-c', command], all).ended;
      built.output += ended.stdout + ended.stderr;
      if (ended.code === 0) continue;
      built.failed ??= command;
      break;
    }
  }
  return built;
}
