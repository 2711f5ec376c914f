import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';
import type { AppFolder } from './build-app.ts';

/**
 * The `bin` folder of a virtual environment with what the app's `requirements.txt` names, made once for each content
 * of that file (some seconds, from the network).
 * @throws LocalServerError when there is no Python 3, or the packages cannot be installed.
 */
export async function preparePython(place: AppFolder): Promise<string> {
  const requirements = join(place.folder, 'requirements.txt');
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const home = join(place.project, '.nightshift', 'python');
  const target = join(home, `${place.app}-${hash.slice(0, 16)}`);
  if (existsSync(target)) return join(target, 'bin');
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(join(home, 'making-'));
  try {
    await makeEnvironment(place, folder);
    await install(place, { python: join(folder, 'bin', 'python'), requirements });
    // In one move, so that a process that is killed half-way leaves nothing that looks whole.
    await rename(folder, target).catch((error) => {
      // Another process was faster.
      if (!existsSync(target)) throw error;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return join(target, 'bin');
}

async function makeEnvironment({ app, environment: env, signal }: AppFolder, folder: string): Promise<void> {
  const result = await runCommand('python3', ['-m', 'venv', folder], { env, signal }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw new LocalServerError(
        `The app ${app} needs Python 3, and there is no python3 on PATH: install Python, or run other jobs`,
      );
    },
  );
  if (result.code === 0) return;
  throw new LocalServerError(
    `The app ${app} needs a Python 3 that can make virtual environments (python3 -m venv), and it failed:\n${result.output}`,
  );
}

async function install(
  { app, environment: env, signal }: AppFolder,
  { python, requirements }: { python: string; requirements: string },
): Promise<void> {
  const args = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements];
  const result = await runCommand(python, args, { env, signal });
  if (result.code === 0) return;
  throw new LocalServerError(`The packages of apps/${app}/requirements.txt cannot be installed:\n${result.output}`);
}
