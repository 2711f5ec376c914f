import type { LockSettings } from '../model/settings.ts';

/** A lock that a run holds. */
interface Hold {
  name: string;
  /** The execution whose `withLock` took it; null: by the job's locks, from the run's start to its end. */
  execution: number | null;
}

/**
 * Why a `withLock` can never be granted to a run that holds these already; null when it keeps to the order of names
 * among what this execution holds.
 */
export function lockRefusal(
  granted: readonly Hold[],
  { runId, execution, lock }: { runId: string; execution: number; lock: { name: string } },
): string | null {
  const held = granted.filter((slot) => slot.execution === null || slot.execution === execution);
  const same = held.find((slot) => slot.name === lock.name);
  if (same !== undefined && same.execution === null) {
    return `withLock("${lock.name}") in ${runId}: the run holds "${lock.name}" from its start to its end by the job's locks; take one of the two out`;
  }
  const later = held.find((slot) => slot.name > lock.name);
  if (later === undefined) return null;
  return `withLock("${lock.name}") in ${runId}: the run holds "${later.name}" already, and locks are taken in alphabetical order, so that no two runs wait for each other; take "${lock.name}" first`;
}

/** What a run does of whose locks these are busy: waits (`busy`), or ends as not run. */
export function whenBusy(locks: readonly LockSettings[], busy: readonly { name: string }[]): 'busy' | 'fail' | 'skip' {
  const says = new Set(locks.filter((lock) => busy.some((one) => one.name === lock.name)).map((lock) => lock.ifBusy));
  if (says.has('fail')) return 'fail';
  return says.has('skip') ? 'skip' : 'busy';
}
