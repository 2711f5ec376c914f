import { execFileSync } from 'node:child_process';

/** True while the process runs. One that has ended and only waits to be noticed by its parent counts as gone. */
export function isRunning(pid: number): boolean {
  try {
    const state = execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    return state !== '' && !state.startsWith('Z');
  } catch {
    return false;
  }
}

/** The ids of all running processes whose command line contains the text. */
export function processesWith(text: string): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 1 << 26 });
  return listed
    .split('\n')
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line, 10))
    .filter((pid) => pid !== process.pid);
}
