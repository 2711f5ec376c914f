import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';

/** The release of boto3, and with it of AWS's service models, that the local AWS is held against. */
export const boto3Release = '1.43.107';

/** A Python that can import boto3. */
export interface Boto3 {
  /** The interpreter. */
  python: string;
  /** For PYTHONPATH. */
  folder: string;
}

const python = 'python3';

/**
 * The folder of boto3 in the user's cache, which is filled with pip once (a download of 20 MB).
 * @throws LocalServerError when there is no Python from 3.9 on, no pip, or no way to the packages.
 */
export async function findBoto3(environment: NodeJS.ProcessEnv = process.env): Promise<Boto3> {
  const version = await pythonVersion(environment);
  const caches = join(environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache'), 'nightshift');
  const folder = join(caches, `boto3-${boto3Release}-python${version}`);
  if (!existsSync(folder)) await install(caches, folder, environment);
  return { python, folder };
}

async function pythonVersion(env: NodeJS.ProcessEnv): Promise<string> {
  const script = 'import sys; print("%d.%d" % sys.version_info[:2])';
  const { code, output } = await runCommand(python, ['-c', script], { env }).catch((error: Error) => {
    return { code: null, output: error.message };
  });
  const [major = 0, minor = 0] = output.trim().split('.').map(Number);
  if (code === 0 && major === 3 && minor >= 9) return output.trim();
  const found = code === 0 ? `${python} is Python ${output.trim()}` : `${python} cannot be started: ${output.trim()}`;
  throw new LocalServerError(
    `The tests of the local AWS need Python 3.9 or later: ${found}. Install it so that ${python} is on PATH.`,
  );
}

/** Into a folder beside it first: what is there under its name is whole, also when two install at once. */
async function install(caches: string, folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  await mkdir(caches, { recursive: true });
  const unfinished = await mkdtemp(join(caches, 'boto3-'));
  try {
    const args = ['-m', 'pip', 'install', '--quiet', '--target', unfinished, `boto3==${boto3Release}`];
    const { code, output } = await runCommand(python, args, { env });
    if (code !== 0) {
      throw new LocalServerError(
        `boto3 ${boto3Release} cannot be installed with ${python} -m pip:\n${output.trim()}\nInstall pip, or see why the package index is out of reach.`,
      );
    }
    await rename(unfinished, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
