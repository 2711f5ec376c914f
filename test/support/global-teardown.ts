import { rm } from 'node:fs/promises';
import type { PostgresServer } from '../../local/postgres/start-postgres.ts';

/** What the set-up hands to the tear-down. */
export type SharedPostgres = { server: PostgresServer; folders: readonly string[] };

/** Jest loads set-up and tear-down as separate modules of one process, so the server is passed on globalThis. */
export const sharedPostgresKey = 'nightshiftTestPostgres';

/** Runs once after all test files, also when some failed. */
export default async function globalTeardown(): Promise<void> {
  const shared = (globalThis as { [sharedPostgresKey]?: SharedPostgres })[sharedPostgresKey];
  if (!shared) return;
  await shared.server.stop();
  for (const folder of shared.folders) await rm(folder, { recursive: true, force: true });
}
