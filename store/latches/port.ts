/** What the key in the external store holds: whose it is. */
export interface LatchOwner {
  /** Of this database: another database's latches are foreign. */
  databaseId: string;
  /** The lock's token. */
  token: number;
  runId: string;
}

/**
 * `held`: it is ours, for the time asked for. `busy`: a program outside has it.
 * A latch that an earlier token of the same database left behind is taken over: Postgres has proved that one to be over.
 */
export type LatchAnswer = 'held' | 'busy';

/** An external store with one key a lock. Time alone frees it there: it is a second latch, and Postgres the first. */
export interface Latch {
  /** Takes the latch, or renews it when it is ours already: a repeat changes nothing but the time. */
  take(lock: string, owner: LatchOwner, forMs: number): Promise<LatchAnswer>;
  /** Gives the latch back if it is ours, with this token or an earlier one. A repeat changes nothing. */
  release(lock: string, owner: LatchOwner): Promise<void>;
  close(): Promise<void>;
}

/** The external stores that this process can reach. */
export type Latches = Partial<Record<'redis' | 'dynamodb', Latch>>;

/** A call to a store that takes longer than this has failed. */
export const latchCallMs = 3_000;

/** The key of a lock in every external store: what programs outside Nightshift use, too. */
export function latchKey(lock: string): string {
  return `batch:lock:${lock}`;
}

/** The value of the key begins with this for every token of one database. */
export function ownerPrefix(databaseId: string): string {
  return `nightshift/${databaseId}/`;
}

/** `nightshift/<database id>/<token>/<run id>`: a crash between taking and writing down is found again by it. */
export function ownerText({ databaseId, token, runId }: LatchOwner): string {
  return `${ownerPrefix(databaseId)}${token}/${runId}`;
}

/** True for a text of {@link ownerText} of the same database with this token or an earlier one. */
export function isOurs(text: string, owner: LatchOwner): boolean {
  const prefix = ownerPrefix(owner.databaseId);
  if (!text.startsWith(prefix)) return false;
  const token = Number.parseInt(text.slice(prefix.length), 10);
  return Number.isSafeInteger(token) && token <= owner.token;
}
