import type { Sql } from '../store/database.ts';
import { locksOf } from '../store/locks.ts';

/** A run that would wait for locks while others wait for it. */
interface Wanted {
  runId: string;
  names: string[];
  /** Runs that wait, or are to wait, for this one. */
  ancestors: string[];
}

/**
 * Why the run may not wait for these locks: one that waits for it holds the same, which it would wait for ever, or one
 * whose name comes later, by which two runs could wait for each other. Null when it may. The caller holds `lockTheLocks`.
 */
export async function refusedByAncestors(sql: Sql, { runId, names, ancestors }: Wanted): Promise<string | null> {
  if (names.length === 0 || ancestors.length === 0) return null;
  const held = await locksOf(sql, ancestors);
  const same = held.find(({ name }) => names.includes(name));
  if (same !== undefined) {
    return `${runId} needs the lock "${same.name}", which ${same.runId} holds while it waits for ${runId}: take one of the two out`;
  }
  const [last] = held;
  const early = last && names.find((name) => name < last.name);
  if (last === undefined || early === undefined) return null;
  return (
    `${runId} needs the lock "${early}", and ${last.runId}, which waits for it, holds "${last.name}" already: locks are ` +
    `taken in alphabetical order, so that no two runs wait for each other; let ${last.runId} take "${last.name}" later, or give the locks other names`
  );
}
