import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalServerError } from '../server-error.ts';

/**
 * One local stack a project at a time: the folder's file names the process. A file left by a process that is gone, or
 * by another use of its number, counts for nothing.
 * @throws LocalServerError when another one runs.
 */
export async function takeStateLock(stateDirectory: string): Promise<() => Promise<void>> {
  const file = join(stateDirectory, 'dev.pid');
  await mkdir(stateDirectory, { recursive: true });
  const mine = `${process.pid} ${await startOf(process.pid)}`;
  for (;;) {
    try {
      await writeFile(file, mine, { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const [pid = '', start = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
    if (pid !== '' && (await startOf(Number(pid))) === start) {
      throw new LocalServerError(
        `nightshift dev runs already for this project (process ${pid}): use it from this terminal, or stop it first`,
      );
    }
    await rm(file, { force: true });
  }
}

/** When the process began, in the system's own count; empty when there is no such process. */
async function startOf(pid: number): Promise<string> {
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  if (status !== '') return status.slice(status.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  try {
    process.kill(pid, 0);
    return 'alive';
  } catch {
    return '';
  }
}
