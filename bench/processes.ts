import { readdir, readFile } from 'node:fs/promises';

/** A process and what it holds of the memory. */
export interface ProcessMemory {
  pid: number;
  /** Name of the program. */
  name: string;
  /** Proportional set size in KiB: shared pages are divided among those that share them. */
  pssKb: number;
}

interface Listed {
  pid: number;
  parent: number;
  session: number;
  name: string;
}

/**
 * The memory of a process and all that it started, also what has left its tree but not the session of one of them.
 * Reads /proc: Linux only.
 */
export async function memoryOfTree(root: number): Promise<ProcessMemory[]> {
  const all = await listAll();
  const found = new Map(all.filter(({ pid }) => pid === root).map((one) => [one.pid, one]));
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    const sessions = new Set([...found.values()].map(({ session }) => session));
    for (const one of all) if (found.has(one.parent) || sessions.has(one.session)) found.set(one.pid, one);
  }
  const memory = await Promise.all(
    [...found.values()].map(async ({ pid, name }) => ({ pid, name, pssKb: await pssOf(pid) })),
  );
  return memory.sort((a, b) => b.pssKb - a.pssKb);
}

async function listAll(): Promise<Listed[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => stat !== '').map(parseStat);
}

/** `12 (a name) S 1 12 12 ...`: the name may hold anything, so what follows is found from its end. */
function parseStat(stat: string): Listed {
  const end = stat.lastIndexOf(')');
  const [, parent, , session] = stat
    .slice(end + 2)
    .split(' ')
    .map(Number);
  return {
    pid: Number.parseInt(stat, 10),
    parent: parent ?? 0,
    session: session ?? 0,
    name: stat.slice(stat.indexOf('(') + 1, end),
  };
}

/** 0 for a process that is gone. */
async function pssOf(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0);
}
