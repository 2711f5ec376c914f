import type pg from 'pg';
import { parseIntoClientConfig } from 'pg-connection-string';

/** Where a database is, and by what it is opened. */
export interface DatabaseLogin {
  /** `postgres://user@host:5432/nightshift`. */
  url: string;
  /** Default: the URL's own password. */
  password?: PasswordSource;
}

/** A login, or a URL that holds its password. */
export type DatabaseAddress = string | DatabaseLogin;

/** A password that may change while connections are open. */
export interface PasswordSource {
  /** Asked for each new connection. */
  read(): Promise<string>;
  /**
   * The server has refused what was read before this time (of `performance.now()`): the next read is a new one. What
   * was read since stays: another connection was refused, too, and has read it anew.
   */
  forget(readBefore: number): void;
}

/** A login whose password is asked for. */
export type RotatingLogin = DatabaseLogin & { password: PasswordSource };

/** Whether the password is asked for, and not part of the URL. */
export function rotates(address: DatabaseAddress): address is RotatingLogin {
  return typeof address !== 'string' && address.password !== undefined;
}

/** What a client or a pool connects with. */
export function loginOptions(address: DatabaseAddress): pg.ClientConfig {
  if (!rotates(address)) return { connectionString: typeof address === 'string' ? address : address.url };
  const { url, password } = address;
  // Beside a connection string pg would take the string's password, which is empty.
  return { ...parseIntoClientConfig(url), password: () => password.read() };
}

/** Connects, and once more with the password as it is now when the server refuses the one that was known. */
export async function withFreshPassword<T>(address: DatabaseAddress, connect: () => Promise<T>): Promise<T> {
  const since = performance.now();
  try {
    return await connect();
  } catch (error) {
    if (!forgetRefused(address, error, since)) throw error;
    return connect();
  }
}

/** Forgets the password when it is what this error of a connection begun at `since` is about. True: try again. */
export function forgetRefused(address: DatabaseAddress, error: unknown, since: number): boolean {
  if (!rotates(address) || !isRefusedPassword(error)) return false;
  address.password.forget(since);
  return true;
}

/** Postgres: invalid_password. */
function isRefusedPassword(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '28P01';
}
