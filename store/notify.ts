import pg from 'pg';
import type { Sql } from './database.ts';
import { type DatabaseAddress, forgetRefused, loginOptions } from './database-login.ts';

/** What a watcher is woken for: rows to send, attempts to look at, or latches to take. */
const notices = ['outbox', 'attempts', 'latches'] as const;

/** What a watcher is woken for. A lost notice costs one idle period, nothing more. */
export type Notice = (typeof notices)[number];

/** The Postgres channel of all notices. */
export const channel = 'nightshift';

/** Tells all watchers, when the transaction commits. */
export async function notify(sql: Sql, notice: Notice) {
  await sql.query('select pg_notify($1, $2)', [channel, notice]);
}

/** A connection of its own that hears notices, and comes back by itself when it breaks. */
export interface Listener {
  close(): Promise<void>;
}

/** Listens until closed. `onNotice` is also called after each reconnect, for what was missed. */
export function listen(
  address: DatabaseAddress,
  on: { notice: (notice: Notice) => void; error: (error: Error) => void },
): Listener {
  let closed = false;
  let client: pg.Client | undefined;
  let again: NodeJS.Timeout | undefined;

  const connect = async () => {
    if (closed) return;
    const since = performance.now();
    const fresh = new pg.Client({ ...loginOptions(address), application_name: 'nightshift listener' });
    client = fresh;
    let broken = false;
    const retry = (error: Error) => {
      if (broken || closed) return;
      broken = true;
      on.error(error);
      fresh.end().catch(() => undefined);
      again = setTimeout(() => void connect(), 1_000);
    };
    fresh.on('error', retry);
    fresh.on('end', () => retry(new Error('The listening connection ended')));
    fresh.on('notification', (message) => {
      const notice = notices.find((known) => known === message.payload);
      if (notice !== undefined) on.notice(notice);
    });
    try {
      await fresh.connect();
      await fresh.query(`listen ${channel}`);
      for (const notice of notices) on.notice(notice);
    } catch (error) {
      forgetRefused(address, error, since);
      retry(error as Error);
    }
  };
  void connect();

  return {
    async close() {
      closed = true;
      clearTimeout(again);
      await client?.end().catch(() => undefined);
    },
  };
}
