import { ApplicationFailure, CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import { failureClasses, type RunError } from '../model/failures.ts';
import type { LockUse } from '../model/job.ts';
import type { RunInput } from '../model/settings.ts';
import { unreachable } from '../model/unreachable.ts';
import type { WithLock } from '../model/with-lock.ts';
import { askLock, releaseLock } from './activities.ts';
import { refuseWhenCancelled } from './await-attempt.ts';
import type { Inbox } from './inbox.ts';
import { currentLocks, currentPart, inPart, type LockPart } from './lock-parts.ts';

/** Makes `withLock` for one run. */
export function makeWithLock(run: RunInput, inbox: Inbox): WithLock {
  // One ask of a run at a time: a later lock must not be got while an earlier one is still waited for.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const before = turn;
    // A branch that is stopped does not stand in line for its turn; who comes after it waits for those before it.
    const mine = Promise.race([before, CancellationScope.current().cancelRequested]).then(work);
    turn = mine.catch(() => before);
    return mine;
  };

  const held = new Set<string>();
  const take = async (lock: LockUse): Promise<number | null> => {
    for (;;) {
      // By another branch of the run: the branches exclude each other as runs do.
      if (held.has(lock.name) && (lock.ifBusy ?? 'wait') !== 'wait') return busy(lock, ['another part of the run']);
      await condition(() => !held.has(lock.name));
      const token = await inTurn(async () => (held.has(lock.name) ? 'again' : ask(run, inbox, lock)));
      if (token === 'again') continue;
      if (token !== null) held.add(lock.name);
      return token;
    }
  };

  const withLock = async (use: string | LockUse, part: () => Promise<unknown>): Promise<unknown> => {
    const lock = typeof use === 'string' ? { name: use } : use;
    if (currentLocks().includes(lock.name)) throw nested(run, lock.name);
    const token = await take(lock);
    if (token === null) return undefined;
    try {
      return await carryOut({ run, inbox, name: lock.name, token }, part);
    } finally {
      held.delete(lock.name);
    }
  };
  const handled = (use: string | LockUse, part: () => Promise<unknown>) => {
    const outcome = withLock(use, part);
    // It may fail before the job awaits it; without a handler that would fail the workflow task, again and again.
    outcome.catch(() => undefined);
    return outcome;
  };
  return handled as WithLock;
}

/** Waits for the lock; gives its token, or null when it is busy and the part is to be skipped. */
async function ask(run: RunInput, inbox: Inbox, lock: LockUse): Promise<number | null> {
  await refuseWhenCancelled();
  for (;;) {
    const seen = inbox.count;
    // Its answer is always heard: what a stopped branch was granted, it has to give back.
    const answer = await CancellationScope.nonCancellable(() =>
      askLock({ runId: run.runId, execution: run.execution, lock }),
    );
    switch (answer.status) {
      case 'held':
        return answer.token;
      case 'busy':
        return busy(lock, answer.holders);
      case 'refused':
        throw ApplicationFailure.nonRetryable(answer.message, 'jobCode');
      case 'closed':
        throw ApplicationFailure.nonRetryable(`${run.runId} may not take a lock any more`, 'executionClosed');
      case 'waiting':
        await wokenInLine(run, inbox, { name: lock.name, seen });
        // The run is being stopped: whoever awaits this part is given up, and the run's end gives the place away.
        if (inbox.stop !== null || inbox.closed) return new Promise<never>(() => undefined);
        break;
      default:
        return unreachable(answer);
    }
  }
}

/** Waits for a wake. In a branch that is stopped the place in the line is given up, with a grant that has come meanwhile. */
async function wokenInLine(run: RunInput, inbox: Inbox, of: { name: string; seen: number }): Promise<void> {
  try {
    await inbox.wakeAfter(of.seen);
    await refuseWhenCancelled();
  } catch (error) {
    const ask = { run, inbox, name: of.name, token: null };
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => giveBack(ask));
    throw error;
  }
}

interface Hold {
  run: RunInput;
  inbox: Inbox;
  name: string;
  token: number;
}

/** Carries out the part, and releases the lock when all that was started in it has ended. */
async function carryOut(hold: Hold, work: () => Promise<unknown>): Promise<unknown> {
  const part: LockPart = { lock: hold.name, around: currentPart(), open: new Set() };
  let forgotten: string | undefined;
  try {
    const result = await inPart(part, work);
    [forgotten] = part.open;
    if (forgotten === undefined) return result;
  } finally {
    await CancellationScope.nonCancellable(() => release(hold, part));
  }
  throw classFailure('taskNotAwaited', `withLock("${hold.name}") ended without waiting for step ${forgotten}`);
}

/** Steps that go on are waited for, with their retries; then the proof that nothing of them is live. */
async function release(hold: Hold, part: LockPart): Promise<void> {
  await condition(() => part.open.size === 0);
  await giveBack(hold);
}

async function giveBack({ run, inbox, name, token }: Omit<Hold, 'token'> & { token: number | null }): Promise<void> {
  for (;;) {
    const seen = inbox.count;
    const { status } = await releaseLock({ runId: run.runId, execution: run.execution, name, token });
    if (status === 'released') return;
    await inbox.wakeAfter(seen);
  }
}

/** Null: the part is to be skipped. */
function busy({ name, ifBusy }: LockUse, holders: string[]): null {
  if (ifBusy === 'skip') return null;
  const who = holders.join(', ');
  throw classFailure('lockBusy', `The lock "${name}" is busy: held by, or asked for earlier by, ${who}`);
}

function nested(run: RunInput, name: string): ApplicationFailure {
  const message = `withLock("${name}") in ${run.runId} stands inside withLock("${name}"): take the inner one out`;
  return ApplicationFailure.nonRetryable(message, 'jobCode');
}

function classFailure(failureClass: 'lockBusy' | 'taskNotAwaited', message: string): ApplicationFailure {
  const error: RunError = { class: failureClass, message, hint: failureClasses[failureClass].hint };
  return ApplicationFailure.create({ message, type: failureClass, nonRetryable: true, details: [error] });
}
