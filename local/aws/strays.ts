import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What identifies the processes of containers: the groups they were started in, or the mark in their environment. */
export interface StrayMarks {
  groups: ReadonlySet<number>;
  marks: ReadonlySet<string>;
}

/** The variable that carries the mark. */
export const markVariable = 'LOCAL_AWS_CONTAINER';

/**
 * Kills the processes of tasks that are still there, also those that left their process group (a daemon), and
 * waits until they are gone. Returns those that are still there at the deadline (5 000 ms). Where there is no
 * /proc (macOS) it finds nothing, and only the signals to the groups count.
 */
export async function killStrays(wanted: StrayMarks, deadlineMs = 5_000): Promise<number[]> {
  const until = Date.now() + deadlineMs;
  let found = findStrays(wanted);
  while (found.length > 0 && Date.now() < until) {
    for (const pid of found) kill(pid);
    await delay(5);
    found = findStrays(wanted);
  }
  return found;
}

function findStrays(wanted: StrayMarks): number[] {
  return processIds().filter((pid) => {
    const status = readStat(pid);
    if (!status || status.state === 'Z' || status.state === 'X') return false;
    return wanted.groups.has(status.group) || wanted.marks.has(readMark(pid) ?? '');
  });
}

function processIds(): number[] {
  try {
    return readdirSync('/proc')
      .map(Number)
      .filter((pid) => pid > 1 && pid !== process.pid);
  } catch {
    return [];
  }
}

/** `42 (name) S 1 42 ...`: the name may hold blanks and parentheses, so the fields are counted from its end. */
function readStat(pid: number): { state: string; group: number } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state = '', , group = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state, group: Number(group) };
  } catch {
    return undefined; // gone meanwhile
  }
}

function readMark(pid: number): string | undefined {
  try {
    const entry = readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .find((line) => line.startsWith(`${markVariable}=`));
    return entry?.slice(markVariable.length + 1);
  } catch {
    return undefined; // gone meanwhile, or another user's
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
