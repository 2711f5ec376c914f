import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

/**
 * The password kept in a file that only its owner can read; the first call makes file and password.
 * Two processes that call it at once get the same.
 */
export async function keepPassword(file: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  const made = randomBytes(18).toString('base64url');
  const created = await writeFile(file, `${made}\n`, { mode: 0o600, flag: 'wx' }).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false;
      throw error;
    },
  );
  if (created) return made;
  await chmod(file, 0o600);
  return (await readFile(file, 'utf8')).trim();
}
