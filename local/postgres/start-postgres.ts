import pg from 'pg';
import { type Child, type ServerLog, startChild } from '../child.ts';
import { choosePort } from '../ports.ts';
import { LocalServerError } from '../server-error.ts';
import { untilReady } from '../until-ready.ts';
import { findBinaries } from './binaries.ts';
import { settleFormerServer } from './former-server.ts';
import { initData } from './init-data.ts';
import { type Place, preparePlace } from './place.ts';
import { serverSettings } from './server-settings.ts';

export type PostgresOptions = {
  /** Folder of the server, made when missing. Its data stays from start to start. */
  directory: string;
  /** Port on 127.0.0.1. Default: 0, a free one. */
  port?: number;
  /** The superuser. Default: `nightshift`. */
  user?: string;
  /** The superuser's password: the same at each start on this directory. */
  password: string;
  /** Database that is created when missing. */
  database: string;
  /** Trade the data's safety for speed: for servers that are thrown away. Default: false. */
  fast?: boolean;
  /** Where files go that the server's user cannot reach, when we are root. Default: `/var/lib/nightshift`. */
  sharedFolder?: string;
  log?: ServerLog;
};

export type PostgresServer = {
  /** Connection string, of the database of the options unless another is named. Contains the password. */
  url(database?: string): string;
  port: number;
  /** The server's process id. */
  pid: number;
  /** Where the server's files are: `directory`, unless that was out of its user's reach. */
  directory: string;
  /** Resolves once the server's process is gone. */
  stop(): Promise<void>;
};

const host = '127.0.0.1';
/** Recovery after a crash comes before the first answer. */
const readyWithinMs = 60_000;
const stopWithinMs = 10_000;

/**
 * Starts the embedded PostgreSQL on 127.0.0.1 and waits until it takes connections. It ends with this process.
 * @throws LocalServerError when the port is taken, the data is in use or unusable, or the password is another.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const sharedFolder = options.sharedFolder ?? '/var/lib/nightshift';
  const user = options.user ?? 'nightshift';
  const fast = options.fast ?? false;
  const port = await choosePort('Postgres', options.port);
  const place = await preparePlace(options.directory, sharedFolder);
  const binaries = await findBinaries(place.user, sharedFolder);
  await settleFormerServer(place.data);
  await initData({ place, initdb: binaries.initdb, user, password: options.password, fast });

  const child = startServer(binaries.postgres, place, { port, fast });
  const url = (database: string) => connectionString({ user, password: options.password, port, database });
  await untilReady({ server: 'Postgres', child, limitMs: readyWithinMs, probe: () => answer(url('postgres')) });
  await createMissing(url('postgres'), options.database).catch(async (cause) => {
    await child.stop();
    throw unusable(place, cause);
  });
  options.log?.info('postgres started', { port, pid: child.pid, directory: place.home });
  return {
    url: (database = options.database) => url(database),
    port,
    pid: child.pid,
    directory: place.home,
    stop: () => child.stop(),
  };
}

function startServer(postgres: string, place: Place, options: { port: number; fast: boolean }): Child {
  const settings = { ...serverSettings(options.fast), listen_addresses: host, port: String(options.port) };
  return startChild({
    command: postgres,
    args: ['-D', place.data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    user: place.user,
    // "Fast shutdown": SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    killAfterMs: stopWithinMs,
  });
}

function connectionString(parts: { user: string; password: string; port: number; database: string }): string {
  const [user, password, database] = [parts.user, parts.password, parts.database].map(encodeURIComponent);
  return `postgres://${user}:${password}@${host}:${parts.port}/${database}`;
}

/** SQLSTATE class 28 (a wrong password) is an answer, too: it will not get better, and the next connection reports it. */
async function answer(connectionString: string): Promise<void> {
  await connected(connectionString, async () => undefined).catch((error: unknown) => {
    if (!(error instanceof pg.DatabaseError && error.code?.startsWith('28'))) throw error;
  });
}

async function createMissing(connectionString: string, database: string): Promise<void> {
  await connected(connectionString, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(database)}`);
  });
}

async function connected(connectionString: string, use: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await use(client);
  } finally {
    await client.end();
  }
}

function unusable(place: Place, cause: unknown): LocalServerError {
  const wrongPassword = cause instanceof pg.DatabaseError && cause.code === '28P01';
  const what = wrongPassword ? 'was made with another user or password' : 'does not take commands';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LocalServerError(
    `The database in ${place.home} ${what} (${reason}). Remove that folder to begin with an empty database.`,
    { cause },
  );
}
