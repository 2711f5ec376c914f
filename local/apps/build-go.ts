import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';
import type { AppFolder } from './build-app.ts';

/**
 * Builds a Go app's program, named like the app, into `directory`.
 * @throws LocalServerError when there is no Go, or the app does not compile.
 */
export async function buildGo(place: AppFolder, directory: string): Promise<void> {
  const { app, folder, environment, signal } = place;
  // As the image is built: the program needs nothing of the machine. The checkout may be no repository that Go can read.
  const env = { ...environment, CGO_ENABLED: '0' };
  const args = ['build', '-C', folder, '-trimpath', '-buildvcs=false', '-o', join(directory, app), '.'];
  const result = await runCommand('go', args, { env, signal }).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    const version = /^go (\S+)/m.exec(await readFile(join(folder, 'go.mod'), 'utf8'))?.[1] ?? '1.21';
    throw new LocalServerError(
      `The app ${app} needs Go ${version} or later, and there is no go on PATH: install Go, or run other jobs`,
    );
  });
  if (result.code !== 0) throw new LocalServerError(`The build of apps/${app} failed:\n${result.output}`);
}
