import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';

/** The ids that a process runs with. */
export type User = { uid: number; gid: number };

/**
 * Who runs the database server: undefined (we ourselves) unless we are root, which Postgres refuses to run as.
 * For root it is the owner of the data, if there is some, else `postgres`, else `nobody`: no user is ever created.
 */
export async function serverUser(dataDirectory: string): Promise<User | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(dataDirectory).catch(() => undefined);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return (await userNamed('postgres')) ?? (await userNamed('nobody')) ?? { uid: 65_534, gid: 65_534 };
}

/** True when the user may enter the folder: each folder above it counts, too. */
export async function canEnter(folder: string, user: User | undefined): Promise<boolean> {
  const child = spawn('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { cwd: '/', stdio: 'ignore', ...user });
  const [code] = await once(child, 'exit');
  return code === 0;
}

async function userNamed(name: string): Promise<User | undefined> {
  const uid = await idOf('-u', name);
  const gid = await idOf('-g', name);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
}

async function idOf(which: '-u' | '-g', name: string): Promise<number | undefined> {
  const child = spawn('id', [which, name], { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk;
  });
  const code = await once(child, 'close').then(
    ([code]) => code,
    () => undefined,
  );
  return code === 0 ? Number(printed) : undefined;
}
