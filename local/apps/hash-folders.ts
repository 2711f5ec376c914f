import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What tools leave in a folder and is no source. */
const made = /(^|[\\/])(dist|node_modules|__pycache__)([\\/]|$)/;

/** One hash over the names and contents of all files below the folders; one that is missing counts as empty. */
export async function hashFolders(folders: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const folder of folders) {
    if (!existsSync(folder)) continue;
    for (const name of (await readdir(folder, { recursive: true })).sort()) {
      const path = join(folder, name);
      if (made.test(name) || !(await stat(path)).isFile()) continue;
      hash.update(name).update('\0');
      hash.update(await readFile(path));
    }
  }
  return hash.digest('hex');
}
