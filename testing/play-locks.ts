import type { LockAnswer, LockAsk } from '../engine/ask-lock.ts';
import { lockRefusal, whenBusy } from '../engine/lock-rules.ts';
import type { OpenAnswer } from '../engine/open-run.ts';
import type { LockRelease } from '../engine/release-lock.ts';
import { liveAttempts, type Play, wakeSoon } from './play.ts';

/** Who holds what a test calls busy. */
const other = 'another run';

/** Lets the run begin, with the locks of its job: all of them or none. */
export function openRun(play: Play): OpenAnswer {
  if (play.status === 'running' || play.status === 'stopping') return { status: play.status };
  if (play.status !== 'waiting') return { status: 'closed' };
  const { locks } = play.settings;
  const busy = locks.filter(({ name }) => play.busy.has(name));
  const then = busy.length === 0 ? 'held' : whenBusy(locks, busy);
  if (then === 'busy') {
    for (const { name } of busy) waitFor(play, name);
    return { status: 'waiting' };
  }
  if (then !== 'held') {
    play.status = 'notRun';
    play.reason = 'lockBusy';
    return { status: 'closed' };
  }
  for (const { name } of locks) hold(play, name, null);
  play.status = 'running';
  return { status: 'running' };
}

/** Gives the lock of a `withLock`, or says why not. */
export function askLock(play: Play, { runId, execution, lock }: LockAsk): LockAnswer {
  if (play.status !== 'running') return { status: 'closed' };
  const message = lockRefusal([...play.held.values()], { runId, execution, lock });
  if (message !== null) return { status: 'refused', message };
  if (!play.busy.has(lock.name)) return { status: 'held', token: hold(play, lock.name, execution) };
  if ((lock.ifBusy ?? 'wait') !== 'wait') return { status: 'busy', holders: [other] };
  waitFor(play, lock.name);
  return { status: 'waiting' };
}

/** Takes the lock of a `withLock` back, once nothing that was started under it goes on. */
export function releaseLock(play: Play, { name }: LockRelease): { status: 'released' | 'working' } {
  if (liveAttempts(play).some((attempt) => attempt.locks.includes(name))) return { status: 'working' };
  play.held.delete(name);
  return { status: 'released' };
}

function hold(play: Play, name: string, execution: number | null): number {
  const known = play.held.get(name);
  if (known !== undefined) return known.token;
  play.tokens += 1;
  play.held.set(name, { name, token: play.tokens, execution });
  play.done.locks.push({ name, waited: play.waited.has(name) });
  play.waited.delete(name);
  return play.tokens;
}

/** The other run gives it back as soon as this one waits. */
function waitFor(play: Play, name: string): void {
  play.busy.delete(name);
  play.waited.add(name);
  wakeSoon(play);
}
