import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** What tools leave in a folder and is no source. */
const made = new Set(['dist', 'node_modules', '__pycache__']);

/** The files below a folder that count, as paths in it, in order: what {@link hashPaths} hashes of it. */
export function sourceFiles(folder: string): Promise<string[]> {
  return filesBelow(folder, '', new Set());
}

/** The links below a folder that lead nowhere, as paths in it. */
export async function deadLinks(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isSymbolicLink() && !existsSync(join(entry.parentPath, entry.name)))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !path.split(sep).some((name) => made.has(name)))
    .sort();
}

/** One hash over the names and contents of all files below the folders; one that is missing counts as empty. */
export async function hashFolders(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    for (const name of await sourceFiles(folder)) {
      hash.update(name).update('\0');
      hash.update(await readFile(join(folder, name)));
    }
  }
  return hash.digest('hex');
}

/**
 * One hash over the names, contents and rights to execute of files and of all files below folders, named by their
 * paths in `root`. What is missing counts as empty. `leaveOut`: paths in `root` that do not count.
 */
export async function hashPaths(
  root: string,
  paths: readonly string[],
  leaveOut: readonly string[] = [],
): Promise<string> {
  const out = new Set(leaveOut);
  const found = await Promise.all(paths.map((path) => filesBelow(root, path === '.' ? '' : path, out)));
  const hash = createHash('sha256');
  for (const name of [...new Set(found.flat())].sort()) {
    const content = await readFile(join(root, name));
    const { mode } = await stat(join(root, name));
    hash.update(`${name}\0${mode & 0o100 ? 'x' : '-'}${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** The path itself, or the files below it, in order, without what tools have made. A link counts when it leads to a file. */
async function filesBelow(root: string, path: string, leaveOut: ReadonlySet<string>): Promise<string[]> {
  const full = join(root, path);
  if (!existsSync(full)) return [];
  if ((await stat(full)).isFile()) return [path];
  const names: string[] = [];
  for (const entry of await readdir(full, { withFileTypes: true })) {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    if (made.has(entry.name) || leaveOut.has(below)) continue;
    if (entry.isDirectory()) names.push(...(await filesBelow(root, below, leaveOut)));
    else if (await isFile(join(root, below))) names.push(below);
  }
  return names.sort();
}

/** False for sockets, folders behind a link, and links that lead nowhere. */
async function isFile(path: string): Promise<boolean> {
  return existsSync(path) && (await stat(path)).isFile();
}
