import { join } from 'node:path';
import { loadConfig } from '../config/config-file.ts';
import { databaseLogin } from '../config/database-settings.ts';
import { createLog } from '../config/log.ts';
import { readSettings, type Settings } from '../config/settings.ts';
import { type Database, openDatabase } from '../store/database.ts';
import { getMeta } from '../store/meta.ts';

/** What a command needs that only looks. */
export interface Look {
  db: Database;
  settings: Settings;
  /** IANA zone in which times are shown. */
  timezone: string;
}

/**
 * Runs a command that only looks. It loads no job files: looking must work while somebody mends them.
 * @throws ConfigError for the environment; an error of Postgres.
 */
export async function withLook<T>(work: (look: Look) => Promise<T>): Promise<T> {
  const directory = process.cwd();
  const settings = lookSettings(directory);
  const log = createLog(settings.logLevel);
  const db = openDatabase(
    databaseLogin(settings),
    (error) => log.warn('idle connection lost', { error: error.message }),
    4,
  );
  try {
    // Says at once, and clearly, when there is no schema yet.
    await getMeta(db);
    return await work({ db, settings, timezone: await timezoneOf(directory) });
  } finally {
    await db.end();
  }
}

/** The settings of this process, without a look at the project. */
export function lookSettings(directory = process.cwd()): Settings {
  return readSettings(undefined, { stateDirectory: join(directory, '.nightshift') });
}

/** Outside of a project, or with a broken configuration, times are shown in UTC. */
async function timezoneOf(directory: string): Promise<string> {
  return loadConfig(directory).then(
    (config) => config.timezone,
    () => 'UTC',
  );
}
