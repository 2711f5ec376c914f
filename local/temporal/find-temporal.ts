import { access, constants } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';
import { buildTemporal } from './build-temporal.ts';
import { downloadTemporal } from './download-temporal.ts';
import { type ProgressOutput, showElapsed } from './progress.ts';
import { temporalDownloads, temporalModule, temporalRelease } from './release.ts';

/** Variables as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

export type FindTemporalOptions = {
  /** A binary that the user named (TEMPORAL_CLI). Nothing else is tried when it is given. */
  temporalCli?: string | undefined;
  /** PATH, HOME and XDG_CACHE_HOME are looked up here, and Go gets all of it. Default: this process's own. */
  environment?: Environment;
  /** Address that serves the release archive. Default: the maker's. */
  downloadAddress?: string;
  /** Milliseconds until a download without an answer is given up. Default: 5,000. */
  answerWithinMs?: number;
  /** Where progress is shown. Default: stderr. */
  output?: ProgressOutput;
};

/**
 * The path of a `temporal` binary that answers `--version`: the named one, else the one on PATH, else the one in the
 * user's cache, which is filled by a download, or with Go where the download is out of reach (about 4 minutes, once).
 * @throws LocalServerError when none can be had, with what to do.
 */
export async function findTemporal(options: FindTemporalOptions = {}): Promise<string> {
  const environment = options.environment ?? process.env;
  if (options.temporalCli) return await checkNamed(options.temporalCli);

  const cached = path.join(cacheFolder(environment), `temporal-${temporalRelease}`, 'temporal');
  for (const candidate of [...onPath('temporal', environment), cached]) {
    if ((await versionOf(candidate)) !== undefined) return candidate;
  }
  return await fetchTemporal(cached, { ...options, environment });
}

async function fetchTemporal(target: string, options: FindTemporalOptions): Promise<string> {
  const output = options.output ?? process.stderr;
  const environment = options.environment ?? {};
  const address = options.downloadAddress ?? temporalDownloads;
  const download = showElapsed({ output, label: `Downloading Temporal ${temporalRelease}` });
  const refusal = await downloadTemporal({ target, address, answerWithinMs: options.answerWithinMs ?? 5_000 });
  download.stop();
  if (refusal === undefined && (await versionOf(target)) !== undefined) return target;

  output.write(`Temporal ${temporalRelease} could not be downloaded (${refusal ?? 'it does not run here'}).\n`);
  const [go] = await executables(onPath('go', environment));
  if (!go) throw notFound();
  const label = `Building Temporal ${temporalRelease} with Go, once, about 4 minutes`;
  const build = showElapsed({ output, label });
  await buildTemporal({ go, target, module: temporalModule, environment }).finally(() => build.stop());
  if ((await versionOf(target)) !== undefined) return target;
  throw new LocalServerError(`Go built ${target}, but it does not answer --version. Name another with TEMPORAL_CLI.`);
}

async function checkNamed(binary: string): Promise<string> {
  if ((await versionOf(binary)) !== undefined) return binary;
  throw new LocalServerError(`TEMPORAL_CLI names ${binary}, which does not answer --version as the temporal CLI does.`);
}

async function versionOf(binary: string): Promise<string | undefined> {
  const result = await runCommand(binary, ['--version'], { env: {}, limitMs: 10_000 }).catch(() => undefined);
  return result?.code === 0 ? /^temporal version (\S+)/m.exec(result.output)?.[1] : undefined;
}

function cacheFolder(environment: Environment): string {
  const caches = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
  return path.join(caches, 'nightshift');
}

function onPath(command: string, environment: Environment): readonly string[] {
  const folders = (environment.PATH ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, command));
}

async function executables(candidates: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const candidate of candidates) {
    const runs = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) found.push(candidate);
  }
  return found;
}

function notFound(): LocalServerError {
  return new LocalServerError(
    `Temporal ${temporalRelease} is needed, and there is no temporal on PATH, no download and no Go to build it with. ` +
      'Do one of these: install the Temporal CLI and put it on PATH, set TEMPORAL_CLI to its path, or install Go 1.25 or later.',
  );
}
