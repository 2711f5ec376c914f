import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';

/** Where an app's commands run locally. */
export type BuiltApp = { app: string; directory: string };

/**
 * Builds apps as their images would be built: an app whose package.json has a `build` script is built into its `dist/`,
 * where its commands then run; any other app runs in its own folder. An app that has not changed is not built again.
 * @throws LocalServerError when an app's folder is missing or its build fails, with the build's output.
 */
export async function buildApps(project: string, apps: string[]): Promise<BuiltApp[]> {
  const built: BuiltApp[] = [];
  for (const app of apps) built.push(await buildApp(project, app));
  return built;
}

async function buildApp(project: string, app: string): Promise<BuiltApp> {
  const folder = join(project, 'apps', app);
  if (!existsSync(folder)) {
    throw new LocalServerError(
      `The app "${app}" has no folder apps/${app}: make it, or correct \`app\` in the job file`,
    );
  }
  if (!(await hasBuild(folder))) return { app, directory: folder };
  const directory = join(folder, 'dist');
  const stamp = join(project, '.nightshift', 'built', app);
  // The container library is built in, so its changes count, too.
  const hash = await hashOf([folder, join(project, 'container')]);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (before === hash && existsSync(directory)) return { app, directory };
  const result = await runCommand('npm', ['run', '--silent', '--prefix', folder, 'build'], { env: process.env });
  if (result.code !== 0) throw new LocalServerError(`The build of apps/${app} failed:\n${result.output}`);
  await mkdir(join(project, '.nightshift', 'built'), { recursive: true });
  await writeFile(stamp, hash);
  return { app, directory };
}

async function hasBuild(folder: string): Promise<boolean> {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const content = JSON.parse(await readFile(file, 'utf8')) as { scripts?: Record<string, string> };
  return content.scripts?.build !== undefined;
}

async function hashOf(folders: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder, { recursive: true })).sort()) {
      if (/(^|[\\/])(dist|node_modules)([\\/]|$)/.test(name)) continue;
      const path = join(folder, name);
      if (!(await stat(path)).isFile()) continue;
      hash
        .update(name)
        .update('\0')
        .update(await readFile(path));
    }
  }
  return hash.digest('hex');
}
