import pg from 'pg';
import { type PasswordSource, type RotatingLogin, withFreshPassword } from './database-login.ts';

type PoolCallback = (error: Error | undefined, client: pg.PoolClient | undefined, done: () => void) => void;
type ClientCallback = (error: Error | null) => void;

/** A pool that goes on when the password of its user is changed: a refused connection is opened anew with the new one. */
export class RotatingPool extends pg.Pool {
  readonly #login: RotatingLogin;

  constructor(login: RotatingLogin, options: pg.PoolConfig) {
    super({ ...options, Client: clientOf(login.password) });
    this.#login = login;
  }

  override connect(): Promise<pg.PoolClient>;
  override connect(callback: PoolCallback): void;
  override connect(callback?: PoolCallback): Promise<pg.PoolClient> | undefined {
    const connected = withFreshPassword(this.#login, () => super.connect());
    if (callback === undefined) return connected;
    connected.then(
      (client) => callback(undefined, client, client.release),
      (error: Error) => callback(error, undefined, () => undefined),
    );
    return undefined;
  }
}

/**
 * Clients that have the password at hand before they connect. One that asked for it while the server waits would leave
 * its connection open when there is no password, for as long as the server allows: a minute for each try.
 */
function clientOf(password: PasswordSource) {
  return class extends pg.Client {
    override connect(): Promise<pg.Client>;
    override connect(callback: ClientCallback): void;
    override connect(callback?: ClientCallback): Promise<pg.Client> | undefined {
      const connected = password.read().then(() => super.connect());
      if (callback === undefined) return connected;
      connected.then(() => callback(null), callback);
      return undefined;
    }
  };
}
