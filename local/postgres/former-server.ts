import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';

/** Time for an orderly shutdown, whose last checkpoint may be long. */
const goneWithinMs = 15_000;
/** How long a server that shows no sign of stopping is given to show one. */
const patienceMs = 1_500;
const betweenLooksMs = 50;

/**
 * Deals with the postmaster.pid that a former server left. A server that is just going down (its parent was killed a
 * moment ago) is waited for; a file whose process is gone, or is by now something else, is removed.
 * @throws LocalServerError when a server runs on this data and stays.
 */
export async function settleFormerServer(data: string): Promise<void> {
  const file = path.join(data, 'postmaster.pid');
  const startedAt = performance.now();
  for (;;) {
    const former = await readFormer(file);
    if (!former) return;
    if (!(await isServer(former.pid))) return await rm(file, { force: true });
    const waitedMs = performance.now() - startedAt;
    if (waitedMs > (former.stopping ? goneWithinMs : patienceMs)) {
      throw new LocalServerError(
        `Postgres already runs on ${data} [pid=${former.pid}]: is another Nightshift running in this folder? Stop it first.`,
      );
    }
    await delay(betweenLooksMs);
  }
}

/** The file's first line is the process id, its eighth the state. */
async function readFormer(file: string): Promise<{ pid: number; stopping: boolean } | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const lines = text?.split('\n') ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, stopping: lines[7]?.trim() === 'stopping' } : undefined;
}

/** A number is given out again after a restart of the machine, so the process has to look like a database server. */
async function isServer(pid: number): Promise<boolean> {
  const limits = { env: { PATH: '/bin:/usr/bin', LC_ALL: 'C' }, limitMs: 5_000 };
  const seen = await runCommand('ps', ['-o', 'comm=', '-p', String(pid)], limits).catch(() => undefined);
  // No ps on this machine: let Postgres judge, which refuses to start twice on its own.
  return seen?.code === 0 && /(^|\/)postgres$/.test(seen.output.trim());
}
