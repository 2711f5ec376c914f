import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type CommandOptions = {
  env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds until the command is killed. Default: no limit. */
  limitMs?: number;
};

const keptCharacters = 4_000;

/**
 * Runs a command to its end and gives the end of what it printed on both streams.
 * Rejects only when the command cannot be started.
 */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions,
): Promise<{ code: number | null; output: string }> {
  const child = spawn(command, args, {
    env: { ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
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
    return { code, output };
  } finally {
    clearTimeout(timer);
  }
}
