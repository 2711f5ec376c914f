import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { splitLines } from './lines.ts';
import { killStrays } from './strays.ts';
import type { Watchdog } from './watchdog.ts';

/** What to run. */
export interface ProcessRequest {
  command: string[];
  directory: string;
  /** The whole environment: nothing is inherited. */
  environment: Record<string, string>;
  /** Gets each line of stdout and stderr, without its line break. */
  onLine(line: string): void;
  /** What the process reads from its stdin. Default: nothing. */
  input?: string;
  /** Gets what the process writes to its file descriptor 3: words for us, not for the log. Default: there is none. */
  onControl?: (chunk: Buffer) => void;
}

/** How a process ended: by itself, or by a signal. */
export interface ProcessEnd {
  exitCode: number | undefined;
  signal: NodeJS.Signals | undefined;
  /** Whether it was killed because it used more memory than its container may. Default false. */
  outOfMemory?: boolean;
}

/** A task's process, the leader of its own process group. */
export interface TaskProcess {
  pid: number;
  /** Resolves when it has ended, its group is killed, and all its output was read. Never rejects. */
  ended: Promise<ProcessEnd>;
  /** Sends a signal to the whole group. */
  signal(name: NodeJS.Signals): void;
  /** Kills what has left the group and still bears this mark. */
  clear(mark: string): Promise<void>;
}

/** Output that nobody writes any more is still held open by a process that left the group: wait no longer than this. */
const outputGraceMs = 500;

/** Starts a process. Rejects with the system's error when the command or the folder is not there. */
export function startProcess(request: ProcessRequest, watchdog: Watchdog): Promise<TaskProcess> {
  const [file = '', ...args] = request.command;
  const child = spawn(file, args, {
    cwd: request.directory,
    env: request.environment,
    detached: true,
    stdio: [request.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', request.onControl ? 'pipe' : 'ignore'],
  });
  if (child.pid !== undefined) watchdog.watch(child.pid);
  readOutput([child.stdout, child.stderr], request.onLine);
  const control = child.stdio[3] as Readable | null | undefined;
  if (request.onControl) control?.on('data', request.onControl);
  // A process that ends before it has read everything breaks the pipe: its end says more than that error.
  child.stdin?.on('error', () => undefined);
  child.stdin?.end(request.input);

  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => {
      const pid = child.pid;
      if (pid === undefined) return;
      child.once('exit', () => {
        // As with a container: when the first process ends, whatever it left behind ends with it.
        signalGroup(pid, 'SIGKILL');
        watchdog.forget(pid);
        setTimeout(() => destroy([child.stdout, child.stderr, control]), outputGraceMs).unref();
      });
      const ended = new Promise<ProcessEnd>((resolveEnd) => {
        child.once('close', (code, signal) => resolveEnd({ exitCode: code ?? undefined, signal: signal ?? undefined }));
      });
      const clear = async (mark: string) => void (await killStrays({ groups: new Set([pid]), marks: new Set([mark]) }));
      resolve({ pid, ended, signal: (name) => signalGroup(pid, name), clear });
    });
  });
}

/** Signals a process group; one that is gone is no error. */
export function signalGroup(group: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-group, signal);
  } catch (error) {
    // macOS answers EPERM for a group in which only ended processes are left.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

function readOutput(streams: (Readable | null)[], onLine: (line: string) => void): void {
  for (const stream of streams) {
    const lines = splitLines(onLine);
    stream?.on('data', (chunk: Buffer) => lines.write(chunk));
    stream?.once('close', () => lines.end());
  }
}

function destroy(streams: (Readable | null | undefined)[]): void {
  for (const stream of streams) stream?.destroy();
}
