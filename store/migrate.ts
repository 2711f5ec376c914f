import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import { type DatabaseAddress, loginOptions, withFreshPassword } from './database-login.ts';

/** Brings the database to the newest schema. Safe to run twice, and by two processes at once: the second waits. */
export async function migrate(
  address: DatabaseAddress,
  log: (line: string) => void = () => undefined,
): Promise<string[]> {
  const done = await withFreshPassword(address, () =>
    runner({
      databaseUrl: loginOptions(address),
      dir: fileURLToPath(new URL('./migrations', import.meta.url)),
      migrationsTable: 'migrations',
      direction: 'up',
      advisoryLockMode: 'wait',
      singleTransaction: false,
      log: () => undefined,
      logger: { debug: () => undefined, info: () => undefined, warn: log, error: log },
    }),
  );
  return done.map((migration) => migration.name);
}
