import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { keepPassword } from '../../../local/postgres/password.ts';
import { canEnter } from '../../../local/postgres/server-user.ts';
import { type PostgresOptions, type PostgresServer, startPostgres } from '../../../local/postgres/start-postgres.ts';
import { LocalServerError } from '../../../local/server-error.ts';
import { isRunning } from '../../support/leaks.ts';
import { until } from '../../support/until.ts';
import { launchParent, startParent } from '../start-parent.ts';

let folder: string;
let running: PostgresServer[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightshift-postgres-'));
  running = [];
});

afterEach(async () => {
  await Promise.all(running.map((server) => server.stop()));
  await rm(folder, { recursive: true, force: true });
});

describe('the local Postgres', () => {
  test('keeps its data from start to start, and is gone after stop', async () => {
    const first = await start();
    await query(first.url(), 'create table kept as select 42 as answer');
    await first.stop();
    expect(isRunning(first.pid)).toBe(false);

    const second = await start();

    expect(await query(second.url(), 'select answer from kept')).toEqual([{ answer: 42 }]);
  });

  test('lets nobody in without the password, and has no other door', async () => {
    const server = await start();
    const wrong = new URL(server.url());
    wrong.password = 'wrong';

    await expect(query(wrong.href, 'select 1')).rejects.toThrow('password authentication failed');
    const [settings] = await query(
      server.url(),
      "select current_setting('listen_addresses') as addresses, current_setting('unix_socket_directories') as sockets",
    );
    expect(settings).toEqual({ addresses: '127.0.0.1', sockets: '' });
    expect((await stat(path.join(server.directory, 'data'))).mode & 0o077).toBe(0);
  });

  test('another password than that of the data is a clear error, and no server stays', async () => {
    await (await start()).stop();

    const failure = await start({ password: 'other' }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LocalServerError);
    expect(String(failure)).toContain('was made with another user or password');
    await (await start()).stop();
  });

  test('a taken port is named in the error', async () => {
    const blocker = createServer();
    await new Promise<void>((resolve) => blocker.listen(0, '127.0.0.1', resolve));
    const address = blocker.address();
    const port = typeof address === 'object' && address ? address.port : 0;

    await expect(start({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is taken`);
    blocker.close();
  });

  test('a second server on the same data is refused, and the first lives on', async () => {
    const first = await start();

    await expect(start()).rejects.toThrow(`already runs on ${path.join(folder, 'data')} [pid=${first.pid}]`);
    expect(await query(first.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('does not outlive a parent that is killed, and what was committed is there at the next start', async () => {
    const parent = await startParent('postgres', folder);
    await parent.kill();

    const next = await start({ database: 'kept' });

    expect(isRunning(parent.serverPid)).toBe(false);
    expect(await query(next.url(), 'select current_database() as name')).toEqual([{ name: 'kept' }]);
  });

  test('an initdb that was interrupted is done again', async () => {
    const parent = launchParent('postgres', folder);
    await until(async () => (await readdir(folder)).some((name) => name.startsWith('data-unfinished-')), {
      describe: 'initdb to have begun',
    });
    parent.kill('SIGKILL');

    const server = await start();

    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect((await readdir(folder)).filter((name) => name.startsWith('data'))).toEqual(['data']);
  });

  test('a data directory that was never complete is made again', async () => {
    await mkdir(path.join(folder, 'data/base'), { recursive: true });

    const server = await start();

    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('a process id that by now belongs to something else does not stop the start', async () => {
    await (await start()).stop();
    const lines = [process.pid, path.join(folder, 'data'), 1, 5432, '', '127.0.0.1', '', 'ready'];
    await writeFile(path.join(folder, 'data/postmaster.pid'), `${lines.join('\n')}\n`);

    const server = await start();

    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  test('data of another major version is refused by name', async () => {
    await mkdir(path.join(folder, 'data'));
    await writeFile(path.join(folder, 'data/PG_VERSION'), '15\n');

    await expect(start()).rejects.toThrow('was made by PostgreSQL 15, and this is PostgreSQL 18');
  });

  test('starts in a folder that only root may enter', async () => {
    const closed = path.join(folder, 'closed');
    await chmod(folder, 0o755);
    await mkdir(closed, { mode: 0o700 });

    const server = await start({ directory: path.join(closed, 'state') });

    expect(await query(server.url(), 'select 1 as one')).toEqual([{ one: 1 }]);
    expect(server.directory.startsWith(folder)).toBe(true);
  });

  test('runs for a user who is not root', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    // Root's home is closed to others: a checkout there can be run by root alone.
    const user =
      process.getuid?.() === 0 && (await canEnter(fileURLToPath(new URL('.', import.meta.url)), nobody))
        ? nobody
        : undefined;
    const home = await mkdtemp(path.join(tmpdir(), 'nightshift-user-'));
    if (user) await chown(home, user.uid, user.gid);
    const parent = launchParent('postgres', home, user);

    await until(() => stat(path.join(home, 'data/postmaster.pid')), { describe: 'the server of the user' });
    const { uid } = await stat(path.join(home, 'data'));
    expect(uid).toBe(user?.uid ?? uid);
    expect(uid).not.toBe(0);

    parent.kill('SIGKILL');
    await until(async () => !(await readdir(path.join(home, 'data'))).includes('postmaster.pid'), {
      describe: 'the server to be gone',
    });
    await rm(home, { recursive: true, force: true });
  });
});

describe('the kept password', () => {
  test('is made once, the same for all, and readable by its owner alone', async () => {
    const file = path.join(folder, 'state/postgres-password');

    const passwords = await Promise.all([keepPassword(file), keepPassword(file), keepPassword(file)]);

    expect(new Set([...passwords, await keepPassword(file)]).size).toBe(1);
    expect(passwords[0]).toMatch(/^[\w-]{24}$/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });
});

async function start(options: Partial<PostgresOptions> = {}): Promise<PostgresServer> {
  const server = await startPostgres({
    directory: folder,
    password: 'test',
    database: 'nightshift',
    fast: true,
    sharedFolder: path.join(folder, 'shared'),
    ...options,
  });
  running.push(server);
  return server;
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString });
  try {
    await client.connect();
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}
