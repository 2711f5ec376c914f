import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { until } from './until.ts';

/** A worker in a process of its own. */
export interface SpawnedWorker {
  pid: number;
  /** kill -9: nothing of it is tidied up. */
  kill(): Promise<void>;
  /** SIGSTOP: it stands still in the middle of what it does. */
  pause(): void;
  /** SIGCONT: it goes on as if nothing had happened. */
  resume(): void;
  log(): string;
}

/** Starts a worker process and waits until it takes work. `partsFile`: what worker-process.ts reads. */
export async function spawnWorker(partsFile: string, logFile: string): Promise<SpawnedWorker> {
  const worker = launchWorker(partsFile, logFile);
  await worker.ready;
  return worker;
}

/** A worker that may be killed before it takes work. */
export interface LaunchedWorker extends SpawnedWorker {
  /** It takes work; rejects when it ended by itself before. */
  ready: Promise<unknown>;
  /** The process is gone. */
  ended: Promise<unknown>;
}

/** Starts a worker process. `partsFile`: what worker-process.ts reads. `program`: that file, compiled before. */
export function launchWorker(partsFile: string, logFile: string, program?: string): LaunchedWorker {
  const code =
    program === undefined
      ? ['--conditions=nightshift-source', '--import', 'tsx', 'test/support/worker-process.ts']
      : [program];
  const out = openSync(logFile, 'a');
  const child = spawn(process.execPath, [...code, partsFile], {
    stdio: ['ignore', out, out],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
  });
  closeSync(out);
  const log = () => readFileSync(logFile, 'utf8');
  const ended = once(child, 'exit');
  const ready = until(
    () => log().includes('worker ready') || child.signalCode || (child.exitCode !== null && fail(log())),
    {
      describe: 'the worker process to be ready',
      timeoutMs: 120_000,
    },
  );
  return {
    ready,
    ended,
    pid: child.pid ?? 0,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    log,
  };
}

function fail(log: string): never {
  throw new Error(`The worker process ended: ${log.slice(-2_000)}`);
}
