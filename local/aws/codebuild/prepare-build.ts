import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PhaseContext, StatusType } from '@aws-sdk/client-codebuild';
import type { ReadSecret } from '../secrets/secret-reader.ts';
import type { Build } from './build.ts';
import { buildScripts } from './build-script.ts';
import { type Buildspec, readBuildspec } from './buildspec.ts';

/** Why a build's present phase, and with it the build, is no success. */
export interface BuildFailure {
  status: StatusType;
  context: PhaseContext;
}

/** A build that can be run, or what keeps it from it. `remove` takes its folder away. */
export type PreparedBuild = { remove(): Promise<void> } & (
  | { kind: 'refused'; failure: BuildFailure }
  | { kind: 'ready'; spec: Buildspec; folder: string; secrets: Record<string, string> }
);

/** Fetches the source into a folder of the build's own, reads its buildspec and its secrets, and writes its scripts. */
export async function prepareBuild(build: Build, readSecret: ReadSecret): Promise<PreparedBuild> {
  const folder = await mkdtemp(join(tmpdir(), 'nightshift-build-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const refused = (statusCode: string, message: string): PreparedBuild => ({
    ...{ kind: 'refused', remove },
    failure: { status: 'FAILED', context: { statusCode, message } },
  });
  const source = join(folder, 'src');
  try {
    await fetchSource(build, source);
  } catch (error) {
    return refused('CLIENT_ERROR', `${(error as Error).message} for primary source`);
  }
  let spec: Buildspec;
  try {
    spec = readBuildspec(await buildspecOf(build, source));
  } catch (error) {
    return refused('YAML_FILE_ERROR', (error as Error).message);
  }
  const { serviceRole } = build.project.request;
  const values: Record<string, string> = {};
  for (const [name, id] of secretsOf(build, spec)) {
    const secret = readSecret(id, serviceRole);
    if (secret.kind === 'unreadable') return refused('Secrets Manager Error', `${secret.reason}, for ${name}`);
    values[name] = secret.value;
  }
  for (const { name, content } of buildScripts(spec, folder)) await writeFile(join(folder, name), content);
  return { kind: 'ready', remove, spec, folder, secrets: values };
}

/** A copy, as every build has its own: what one writes is not seen by the next. */
async function fetchSource({ project }: Build, source: string): Promise<void> {
  const { directory } = project;
  if (directory === undefined) {
    if (project.request.source?.type !== 'NO_SOURCE') {
      throw new Error(`no folder of this machine plays ${project.request.source?.location} (codeBuildProjects)`);
    }
    await mkdir(source);
    return;
  }
  await cp(directory, source, { recursive: true, verbatimSymlinks: true });
}

/** Given with the build, given with the project (text, or the name of a file), or `buildspec.yml`. */
async function buildspecOf(build: Build, source: string): Promise<string> {
  const given = build.request.buildspecOverride ?? build.project.request.source?.buildspec ?? 'buildspec.yml';
  if (given.includes('\n') || /^\s*\{/.test(given)) return given;
  return readFile(join(source, given), 'utf8').catch(() => {
    throw new Error(`stat /codebuild/output/src/${given}: no such file or directory`);
  });
}

function secretsOf(build: Build, spec: Buildspec): [string, string][] {
  const given = build.variables.filter(({ type }) => type === 'SECRETS_MANAGER');
  const overridden = new Set(build.variables.map(({ name }) => name));
  const ofSpec = Object.entries(spec.env['secrets-manager']).filter(([name]) => !overridden.has(name));
  return [...ofSpec, ...given.map(({ name, value }): [string, string] => [name, value])];
}
