import { askLock } from '../../engine/ask-lock.ts';
import { releaseLock } from '../../engine/release-lock.ts';
import { runOther } from '../../engine/run-other.ts';
import { all } from '../../store/database.ts';
import { type LockEngine, withLockEngine } from '../support/lock-engine.ts';
import { lockedJob } from '../support/locked-job.ts';

const day = '2026-11-01';
const jobs = [
  lockedJob('FREE', []),
  lockedJob('CHILD', []),
  lockedJob('A', [{ name: 'a' }]),
  lockedJob('OTHER-A', [{ name: 'a' }]),
  lockedJob('B', [{ name: 'b' }]),
  lockedJob('M', [{ name: 'm' }]),
  lockedJob('A-AND-B', [{ name: 'a' }, { name: 'b' }]),
];

/** One run waits for another, as by `runJob`. */
const runJob = ({ engine }: LockEngine, asker: string, job: string) =>
  runOther(engine, { runId: `${asker}/${day}`, execution: 1, job, runKey: day });

/** A part of a run asks for a lock, as by `withLock`. */
const withLock = ({ engine }: LockEngine, asker: string, name: string, ifBusy?: 'skip') =>
  askLock(engine, { runId: `${asker}/${day}`, execution: 1, lock: { name, ...(ifBusy ? { ifBusy } : {}) } });

/** Runs that were woken, in order of their ids. */
async function woken({ engine }: LockEngine): Promise<string[]> {
  const rows = await all<{ target: string }>(
    engine.db,
    `select target from outbox where kind = 'wake' order by target`,
    [],
  );
  return rows.map(({ target }) => target);
}

describe('a run that a holder of a lock waits for', () => {
  test('does not stand behind one in line that holds nothing, and may wait for just that lock', () =>
    withLockEngine(jobs, async (at) => {
      expect(await at.open('A', day)).toBe('running');
      expect(await at.open('A-AND-B', day)).toBe('waiting');

      expect(await runJob(at, 'A', 'B')).toEqual({ status: 'waiting' });

      expect(await at.ask(`B/${day}`)).toBe('running');
      expect(await at.held()).toEqual([`a 0 A/${day} 1`, `b 0 B/${day} 1`]);
    }));

  test('passes those in line when it stood there before it was waited for', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('A', day);
      await at.open('A-AND-B', day);
      expect(await at.open('B', day)).toBe('waiting');

      await runJob(at, 'A', 'B');

      expect(await at.held()).toEqual([`a 0 A/${day} 1`, `b 0 B/${day} 1`]);
      expect(await woken(at)).toContain(`B/${day}`);
    }));

  test('passes those in line at however many removes, when a lock comes to be held later', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('OTHER-A', day);
      await at.open('FREE', day);
      await runJob(at, 'FREE', 'CHILD');
      await at.ask(`CHILD/${day}`);
      expect(await withLock(at, 'FREE', 'a')).toEqual({ status: 'waiting' });
      expect(await at.open('A-AND-B', day)).toBe('waiting');
      await runJob(at, 'CHILD', 'B');
      expect(await at.ask(`B/${day}`)).toBe('waiting');

      await at.close(`OTHER-A/${day}`);

      expect(await at.held()).toEqual([`a 0 FREE/${day} 2`, `b 0 B/${day} 1`]);
    }));

  test('may not need a lock that comes before the holder’s in the order of names, or the same', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('M', day);
      await at.open('A', day);

      await expect(runJob(at, 'M', 'B')).rejects.toThrow(
        `runJob could wait for ever: B/${day} needs the lock "b", and M/${day}, which waits for it, holds "m" already`,
      );
      await expect(runJob(at, 'A', 'OTHER-A')).rejects.toThrow(
        `OTHER-A/${day} needs the lock "a", which A/${day} holds while it waits for OTHER-A/${day}`,
      );
      expect(await all(at.engine.db, `select 1 from waits where kind = 'run'`, [])).toEqual([]);
    }));

  test('may not ask for such a lock by withLock; one that it does not wait for it may ask for', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('M', day);
      await runJob(at, 'M', 'CHILD');
      await at.ask(`CHILD/${day}`);

      expect(await withLock(at, 'CHILD', 'b')).toMatchObject({
        status: 'refused',
        message: expect.stringMatching(/^withLock\("b"\) could wait for ever: CHILD.* needs the lock "b", and M.*"m"/),
      });
      expect(await withLock(at, 'CHILD', 'm')).toMatchObject({ status: 'refused' });
      expect(await withLock(at, 'CHILD', 'm', 'skip')).toEqual({ status: 'busy', holders: [`M/${day}`] });
      expect(await withLock(at, 'CHILD', 'z')).toEqual({ status: 'held', token: 1 });
    }));

  test('is not joined while it waits for a lock of the holder', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('A', day);
      await at.open('CHILD', day);
      expect(await withLock(at, 'CHILD', 'a')).toEqual({ status: 'waiting' });

      await expect(runJob(at, 'A', 'CHILD')).rejects.toThrow(`CHILD/${day} needs the lock "a", which A/${day} holds`);
    }));
});

describe('an ask that is given up', () => {
  test('leaves the line, and whoever stood behind it is granted the lock', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('A-AND-B', day);
      await at.open('FREE', day);
      expect(await withLock(at, 'FREE', 'a')).toEqual({ status: 'waiting' });
      expect(await at.open('A', day)).toBe('waiting');

      await giveUp(at);
      await giveUp(at);
      await at.close(`A-AND-B/${day}`);

      expect(await at.held()).toEqual([`a 0 A/${day} 2`]);
    }));

  test('gives back what it was granted meanwhile', () =>
    withLockEngine(jobs, async (at) => {
      await at.open('A', day);
      await at.open('FREE', day);
      await withLock(at, 'FREE', 'a');
      await at.open('OTHER-A', day);
      await at.close(`A/${day}`);
      expect(await at.held()).toEqual([`a 0 FREE/${day} 2`]);

      await giveUp(at);

      expect(await at.held()).toEqual([`a 0 OTHER-A/${day} 3`]);
    }));

  function giveUp({ engine }: LockEngine) {
    return releaseLock(engine, { runId: `FREE/${day}`, execution: 1, name: 'a', token: null });
  }
});
