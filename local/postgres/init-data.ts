import { randomBytes } from 'node:crypto';
import { chown, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { startChild } from '../child.ts';
import { LocalServerError } from '../server-error.ts';
import type { Place } from './place.ts';

export type InitOptions = {
  place: Place;
  initdb: string;
  /** The superuser that is made. */
  user: string;
  password: string;
  /** Do not flush to disk: for servers that are thrown away. */
  fast: boolean;
};

const unfinished = 'data-unfinished-';
/** An initdb whose parent was killed a moment ago writes on for some milliseconds: removing is tried again for 5 s. */
const stillWritten = { recursive: true, force: true, maxRetries: 10, retryDelay: 100 };

/**
 * Makes the data directory if there is none. It is made beside its final name and renamed when complete, so that an
 * interrupted initdb leaves only something that the next start removes.
 * @throws LocalServerError when initdb fails, or when the data is another major version's.
 */
export async function initData(options: InitOptions): Promise<void> {
  const { home, data } = options.place;
  for (const name of await readdir(home)) {
    if (name.startsWith(unfinished)) await rm(path.join(home, name), stillWritten);
  }
  const version = await readFile(path.join(data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return checkVersion(version.trim(), data);

  const folder = path.join(home, `${unfinished}${randomBytes(4).toString('hex')}`);
  await runInitdb(folder, options);
  // A data directory without PG_VERSION is nobody's database: what is in it was never complete.
  await rm(data, { recursive: true, force: true });
  await rename(folder, data);
}

const major = '18';

function checkVersion(found: string, data: string): void {
  if (found === major) return;
  throw new LocalServerError(
    `${data} was made by PostgreSQL ${found}, and this is PostgreSQL ${major}. Move it away to begin with an empty database.`,
  );
}

async function runInitdb(folder: string, options: InitOptions): Promise<void> {
  const { place, initdb, user, password, fast } = options;
  const passwordFile = path.join(place.home, `${path.basename(folder)}.password`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (place.user) await chown(passwordFile, place.user.uid, place.user.gid);
  const child = startChild({
    command: initdb,
    args: [
      ...[`--pgdata=${folder}`, `--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      // Sorts by code point on every machine, without a locale of the operating system.
      ...['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
      ...(fast ? ['--no-sync'] : []),
    ],
    env: { LC_ALL: 'C', TZ: 'UTC' },
    user: place.user,
  });
  const { code, signal } = await child.exited;
  await rm(passwordFile, { force: true });
  if (code === 0) return;
  await rm(folder, { recursive: true, force: true });
  const lines = child.lastLines().slice(-10).join('\n  ');
  throw new LocalServerError(`initdb failed in ${place.home} [code=${code}, signal=${signal}]:\n  ${lines}`);
}
