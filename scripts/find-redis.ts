import { ensureRedis } from './redis-server.ts';

/** Finds or installs Redis, and prints its version; exit code 6 and one message when it cannot be had. */
try {
  console.log(await ensureRedis());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 6;
}
