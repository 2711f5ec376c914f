import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '../config/config-file.ts';
import { loadJobs } from '../config/job-scan.ts';
import { compareCommands } from './compare-commands.ts';

/** Where the project is. */
export interface ReplayOptions {
  /** The folder with `nightshift.config.ts`. Default: the folder in which the process was started. */
  project?: string;
}

/**
 * Replays every recorded history of a folder (`<name>.json`, as `temporal workflow show --output json` writes it) with
 * the project's jobs as they are now, and compares what they ask for with `<name>.commands.txt`. Gives the names.
 * @throws Error that names the history and the first command that differs, and says what to do.
 */
export async function replayHistories(folder: string, options: ReplayOptions = {}): Promise<string[]> {
  const again = `call recordCommands('${folder}') and review the difference of its files`;
  return eachHistory(folder, options, async (history, now) => {
    const recorded = await readFile(commandsFile(folder, history), 'utf8').catch(() => null);
    if (recorded === null) throw new Error(`The history "${history}" has no recorded commands: ${again}`);
    compareCommands({ history, recorded, now }, again);
  });
}

/** Writes, for every recorded history of a folder, what its replay asks for now into `<name>.commands.txt`. Gives the names. */
export async function recordCommands(folder: string, options: ReplayOptions = {}): Promise<string[]> {
  return eachHistory(folder, options, (history, now) => writeFile(commandsFile(folder, history), now));
}

async function eachHistory(
  folder: string,
  { project = process.cwd() }: ReplayOptions,
  use: (history: string, commands: string) => Promise<void>,
): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5));
  if (names.length === 0)
    throw new Error(`${folder} holds no history: write one with temporal workflow show --output json`);
  // Loaded only here: they take a second, which tests with fakes do not need.
  const { bundleWithRecorder, replayCommands } = await import('./replay.ts');
  const { jobs } = await loadJobs(project, await loadConfig(project));
  const bundle = await bundleWithRecorder({ directory: project, jobs: jobs.values() });
  for (const name of names.sort()) {
    const history = JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
    const commands = await replayCommands(bundle, history).catch((error: Error) => {
      throw new Error(`The history "${name}" does not replay: ${error.message}\n${advice}`, { cause: error });
    });
    await use(name, commands);
  }
  return names;
}

const advice =
  'The job asks for other steps, or in another order, than the run that was recorded. If that is meant, record the history again; runs that are open when it is deployed go on in their next execution.';

function commandsFile(folder: string, history: string): string {
  return join(folder, `${history}.commands.txt`);
}
