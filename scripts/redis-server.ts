import { runCommand } from '../local/run-command.ts';

/**
 * Makes sure that there is a `redis-server` on PATH, for tests: installs Debian's where that is possible. Gives its
 * version.
 * @throws Error with what to do when there is none.
 */
export async function ensureRedis(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const found = await version(environment);
  if (found !== undefined) return found;
  const refusal = await install(environment);
  const installed = refusal === undefined ? await version(environment) : undefined;
  if (installed !== undefined) return installed;
  throw new Error(
    `The tests of the Redis latch need a redis-server on PATH (${refusal ?? 'it does not start'}). ` +
      'Install it; on Debian: apt-get install redis-server; on macOS: brew install redis',
  );
}

async function version(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const result = await runCommand('redis-server', ['--version'], { env: environment }).catch(() => undefined);
  return result?.code === 0 ? result.output.trim() : undefined;
}

/** Why it could not be installed; undefined when it was. */
async function install(environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'there is none, and only root may install it';
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [
    ['update', '-q'],
    ['install', '-qy', '--no-install-recommends', 'redis-server'],
  ]) {
    const result = await runCommand('apt-get', args, { env }).catch((error: Error) => error);
    if (result instanceof Error) return `there is none, and no apt-get (${result.message})`;
    if (result.code !== 0) return `apt-get ${args[0]} failed: ${result.output.trim().split('\n').at(-1)}`;
  }
  return undefined;
}
