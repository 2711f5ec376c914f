import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import type { ProjectConfig } from '../../config/config-file.ts';
import { LocalServerError } from '../server-error.ts';

/** For whom data is made, and where. */
export interface DataPlace {
  directory: string;
  config: Pick<ProjectConfig, 'local'>;
  /** The URL of a database of the server; without a name of Nightshift's own, which exists. */
  url(database?: string): string;
  /** Told what was done. */
  progress: (line: string) => void;
}

/** The jobs' own database and its data (`local.database`, `local.prepare`); gives the secret by which the jobs reach it. */
export async function prepareData({ directory, config, url, progress }: DataPlace): Promise<Record<string, string>> {
  const { database, prepare } = config.local;
  if (database === undefined) return {};
  await createDatabase(url(), database.name);
  if (prepare !== undefined) {
    const path = join(directory, prepare);
    const module = (await import(pathToFileURL(path).href)) as { prepare?: (url: string) => Promise<unknown> };
    if (typeof module.prepare !== 'function') {
      throw new LocalServerError(
        `${prepare} exports no function \`prepare(databaseUrl)\`, which nightshift.config.ts names`,
      );
    }
    const before = Date.now();
    await module.prepare(url(database.name));
    const seconds = (Date.now() - before) / 1_000;
    progress(seconds < 1 ? 'Data is there' : `Data made in ${seconds.toFixed(1)} s`);
  }
  return { [database.secret]: url(database.name) };
}

async function createDatabase(adminUrl: string, name: string) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
}
