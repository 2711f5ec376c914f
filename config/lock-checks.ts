import type { LockUse } from '../model/job.ts';
import { lockSettings } from '../model/settings.ts';
import type { RegisteredJob } from './job-registry.ts';

/**
 * What is wrong with the jobs' locks when they are looked at together: a lock is one thing, however many jobs name it,
 * so all must say the same of it. Each names both files.
 */
export function lockProblems(jobs: readonly RegisteredJob[]): string[] {
  const first = new Map<string, { lock: LockUse; entry: RegisteredJob }>();
  return jobs.flatMap((entry) =>
    (entry.job.locks ?? []).flatMap((lock) => {
      const where = `${entry.file}: ${entry.job.id}: locks.${lock.name}`;
      const known = first.get(lock.name);
      if (known === undefined) first.set(lock.name, { lock, entry });
      return [
        ...(known === undefined ? [] : differences(lock, known.lock).map((what) => sayBoth(where, what, known.entry))),
        ...alone(lock).map((problem) => `${where}.${problem}`),
      ];
    }),
  );
}

interface Difference {
  option: 'slots' | 'external';
  here: string;
  there: string;
}

function differences(here: LockUse, there: LockUse): Difference[] {
  const [one, other] = [lockSettings(here), lockSettings(there)];
  return (['slots', 'external'] as const)
    .filter((option) => one[option] !== other[option])
    .map((option) => ({ option, here: String(one[option] ?? 'none'), there: String(other[option] ?? 'none') }));
}

function sayBoth(where: string, { option, here, there }: Difference, other: RegisteredJob): string {
  return `${where}.${option}: is ${here} here and ${there} in ${other.file} (${other.job.id}); write the same in both`;
}

/** The key in the external store is the lock's name: it cannot say which slot. */
function alone({ slots = 1, external }: LockUse): string[] {
  if (external === undefined || slots === 1) return [];
  return [`external: the key in ${external} has room for one holder, and this lock has ${slots} slots; write slots: 1`];
}
