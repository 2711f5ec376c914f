import { createHash } from 'node:crypto';
import { chmod, chown, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { canEnter, serverUser, type User } from './server-user.ts';

/** Where a server's files are and who may touch them. */
export type Place = {
  /** Folder that belongs to the server alone. */
  home: string;
  /** PGDATA. */
  data: string;
  /** Undefined: ourselves. */
  user: User | undefined;
};

/**
 * Prepares the server's folder. When we are root and the folder lies where the server's user cannot go (a checkout in
 * root's home), the files are kept under `sharedFolder` instead, in a folder named after the asked one.
 */
export async function preparePlace(directory: string, sharedFolder: string): Promise<Place> {
  const asked = path.resolve(directory);
  await mkdir(asked, { recursive: true, mode: 0o700 });
  const place = await ownFolder(asked);
  if (await canEnter(asked, place.user)) return place;

  await openFolder(sharedFolder);
  const name = createHash('sha256').update(asked).digest('hex').slice(0, 12);
  const moved = path.join(sharedFolder, `data-${name}`);
  await mkdir(moved, { recursive: true, mode: 0o700 });
  return await ownFolder(moved);
}

/** Makes a folder that everybody may enter, whatever root's umask is. */
export async function openFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o755);
}

async function ownFolder(home: string): Promise<Place> {
  const data = path.join(home, 'data');
  const user = await serverUser(data);
  if (user) await chown(home, user.uid, user.gid);
  return { home, data, user };
}
