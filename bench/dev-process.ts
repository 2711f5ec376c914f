import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Scope } from './scope.ts';

/** A line of output, and when it came. */
export interface TimedLine {
  text: string;
  /** Milliseconds since the process was started. */
  atMs: number;
}

/** A `nightshift dev` of its own process, as `npm start` starts it. */
export interface DevProcess {
  pid: number;
  /** The first line that fits, past or to come. Rejects when the process ends without one. */
  line(fits: (text: string) => boolean): Promise<TimedLine>;
  /** Resolves when it has ended; gives its exit code. */
  ended: Promise<number | null>;
  /** Asks it to end, and waits. */
  stop(): Promise<void>;
}

/** Starts `nightshift dev` with these arguments in the project's folder. It ends with the scope. */
export function startDev(scope: Scope, directory: string, args: string[]): DevProcess {
  const startedAt = performance.now();
  const withParent = new URL('../scripts/stop-with-parent.js', import.meta.url).href;
  const program = fileURLToPath(new URL('../bin/nightshift.js', import.meta.url));
  // Its own session: Ctrl-C on the terminal reaches us alone, and we stop it.
  const child = spawn(process.execPath, ['--import', withParent, program, 'dev', ...args], {
    cwd: directory,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const lines: TimedLine[] = [];
  const waiting = new Set<() => void>();
  let isOver = false;
  const look = () => {
    for (const one of [...waiting]) one();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (text) => {
      lines.push({ text, atMs: performance.now() - startedAt });
      look();
    });
  }
  const ended = once(child, 'close').then(([code]) => {
    isOver = true;
    look();
    return code as number | null;
  });
  const stop = async () => {
    if (!isOver) child.kill('SIGTERM');
    await ended;
  };
  scope.defer(stop);
  return {
    pid: child.pid ?? 0,
    ended,
    stop,
    line: (fits) =>
      new Promise((resolve, reject) => {
        const one = () => {
          const found = lines.find(({ text }) => fits(text));
          if (found === undefined && !isOver) return;
          waiting.delete(one);
          if (found !== undefined) resolve(found);
          else reject(new Error(`nightshift dev ended early:\n${lines.map(({ text }) => text).join('\n')}`));
        };
        waiting.add(one);
        one();
      }),
  };
}
