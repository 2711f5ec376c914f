import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { signalGroup } from './aws/process.ts';

export type CommandOptions = {
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the command is killed. Default: no limit. */
  limitMs?: number;
  /** Ends the command and all that it has started; the call then rejects. */
  signal?: AbortSignal;
};

const keptCharacters = 4_000;

/**
 * Runs a command to its end and gives the end of what it printed on both streams.
 * Rejects only when the command cannot be started, or its signal ends it.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<{ code: number | null; output: string }> {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, {
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: build tools start others, which hold the output open and must end with them.
    detached: options.signal !== undefined,
  });
  const killAll = () => {
    if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  };
  options.signal?.addEventListener('abort', killAll, { once: true });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk).slice(-keptCharacters);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  // Node's own `timeout` of spawn goes on ticking after a command that could not be started.
  const timer = options.limitMs ? setTimeout(() => child.kill('SIGKILL'), options.limitMs) : undefined;
  try {
    const [code] = await once(child, 'close');
    options.signal?.throwIfAborted();
    return { code, output };
  } finally {
    options.signal?.removeEventListener('abort', killAll);
    clearTimeout(timer);
  }
}
