import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** The part of a log that local servers write to. */
export type ServerLog = {
  info(event: string, record?: Record<string, unknown>): void;
  warn(event: string, record?: Record<string, unknown>): void;
};

/** How a child ended. */
export type ChildExit = { code: number | null; signal: NodeJS.Signals | null };

export type ChildOptions = {
  command: string;
  args: readonly string[];
  /** The child's whole environment: nothing is inherited, so that stray PG* and TEMPORAL_* settings cannot reach it. */
  env: Readonly<Record<string, string>>;
  /** The user to run as. Default: our own. */
  user?: { uid: number; gid: number } | undefined;
  /** What asks the child to end. Default: SIGTERM. */
  stopSignal?: 'SIGTERM' | 'SIGINT' | 'SIGKILL';
  /** Milliseconds between the stop signal and SIGKILL. Default: 5,000. */
  killAfterMs?: number;
  /** Called with each line that the child prints. */
  onLine?: ((line: string) => void) | undefined;
};

export type Child = {
  /** The process id of the command itself, not of a wrapper. */
  pid: number;
  /** Settles when the child has ended, by whatever cause. Never rejects. */
  exited: Promise<ChildExit>;
  /** Undefined while the child lives. */
  exit(): ChildExit | undefined;
  /** The last lines that the child printed, oldest first: at most 40. */
  lastLines(): string[];
  /** Asks the child to end, and makes it end after `killAfterMs`. Resolves when it is gone; a repeat does no harm. */
  stop(): Promise<void>;
};

const keptLines = 40;

/*
 * The command takes the place of this shell, so its process id and its exit are the child's own. Before that, the
 * shell leaves a second one behind that holds the read end of a pipe from us. A line on the pipe means "the child has
 * ended, go"; the pipe's end means that we died without a word (kill -9), and then it ends the child. It is forked
 * twice, so that it belongs to no server: Postgres treats an unknown child that ends badly as a crash of its own.
 * A shell and not Node, because it stays for as long as the server does and takes well below 1 MB.
 */
const watchdog = `
signal=$1 limit=$2; shift 2
exec 3<&0
(
  (
    trap '' HUP INT TERM
    read -r line && exit 0
    kill -s "$signal" $$ || exit 0
    while [ "$limit" -gt 0 ] && kill -0 $$; do sleep 1; limit=$((limit - 1)); done
    kill -s KILL $$
  ) <&3 >/dev/null 2>&1 &
)
exec "$@" 3<&- </dev/null
`;

/**
 * Starts a command that does not outlive this process, not even after `kill -9` of it.
 * The child has its own session: Ctrl-C on the terminal reaches us alone, and we stop the servers last.
 */
export function startChild(options: ChildOptions): Child {
  const stopSignal = options.stopSignal ?? 'SIGTERM';
  const killAfterMs = options.killAfterMs ?? 5_000;
  const limits = [stopSignal.slice('SIG'.length), String(Math.ceil(killAfterMs / 1000))];
  const child = spawn('/bin/sh', ['-c', watchdog, 'nightshift-watchdog', ...limits, options.command, ...options.args], {
    detached: true,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    ...options.user,
  });
  let ended: ChildExit | undefined;
  const exited = whenGone(child).then((exit) => {
    ended = exit;
    return exit;
  });
  const lines = keepLastLines([child.stdout, child.stderr], options.onLine);

  return {
    pid: child.pid ?? 0,
    exited,
    exit: () => ended,
    lastLines: () => [...lines],
    async stop() {
      if (ended) return;
      child.kill(stopSignal);
      const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

async function whenGone(child: ChildProcess): Promise<ChildExit> {
  // The pipe breaks when the watchdog has gone first; there is nothing to do about it.
  child.stdin?.on('error', () => undefined);
  try {
    const [code, signal] = await once(child, 'exit');
    return { code, signal };
  } catch {
    return { code: 127, signal: null };
  } finally {
    child.stdin?.end('ended\n');
  }
}

function keepLastLines(streams: readonly Readable[], onLine?: (line: string) => void): string[] {
  const lines: string[] = [];
  for (const stream of streams) {
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    });
  }
  return lines;
}
