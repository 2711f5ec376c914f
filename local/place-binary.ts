import { chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/**
 * Lets `make` fill a temporary folder with a file that is called like `target`, and puts that there in one move, so that
 * a process that is killed half-way, or two at once, never leave a broken binary.
 */
export async function placeBinary(target: string, make: (folder: string) => Promise<void>): Promise<void> {
  const home = path.dirname(target);
  await mkdir(home, { recursive: true });
  const folder = await mkdtemp(path.join(home, 'making-'));
  try {
    await make(folder);
    const binary = path.join(folder, path.basename(target));
    await chmod(binary, 0o755);
    await rename(binary, target);
  } finally {
    // Go writes its module cache read-only, but not into this folder: a plain removal is enough.
    await rm(folder, { recursive: true, force: true });
  }
}
