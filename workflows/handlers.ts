import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { Job } from '../model/job.ts';
import type { RunInput } from '../model/settings.ts';
import type { Handled, Outcome } from '../model/wake.ts';
import { beginHandler } from './activities.ts';
import { inBranch } from './branches.ts';
import { refuseChangedCode } from './changed-code.ts';
import type { Inbox } from './inbox.ts';
import { makeContext } from './run-context.ts';
import { classError, runError } from './run-error.ts';

/** How a run failed. */
type Failure = Extract<Outcome, { status: 'failed' }>;

/**
 * Carries out `onFailure` once everything that the body started is proved ended. Gives what it returned, or its own
 * error; undefined when this end is not for it; `closed` when somebody else has ended the run meanwhile.
 */
export async function handleFailure(
  job: Job,
  run: RunInput,
  at: { inbox: Inbox; failure: Failure },
): Promise<Handled | undefined | 'closed'> {
  const { inbox, failure } = at;
  for (;;) {
    const seen = inbox.count;
    const answer = await beginHandler({ runId: run.runId, execution: run.execution, outcome: failure });
    if (answer.status === 'closed') return 'closed';
    if (answer.status === 'none') return undefined;
    if (answer.status === 'handle') {
      const work = carryOut(job, run, { inbox, error: answer.error });
      const halted = condition(() => inbox.closed || inbox.changed !== null).then(() => 'closed' as const);
      const first = await Promise.race([work, halted]);
      refuseChangedCode(inbox);
      return first;
    }
    await inbox.wakeAfter(seen);
  }
}

async function carryOut(
  job: Job,
  run: RunInput,
  { inbox, error }: { inbox: Inbox; error: unknown },
): Promise<Handled | 'closed'> {
  const { context, pending } = makeContext(run, goingOn(inbox), true);
  try {
    // Keyed by the execution: a retry that fails again is a new failure, of which people hear again.
    const result = await inBranch('onFailure', () =>
      inBranch(String(run.execution), async () => job.onFailure?.({ ...context, error } as never)),
    );
    const [forgotten] = pending();
    if (forgotten === undefined) return { result: result ?? null };
    return { error: classError('taskNotAwaited', `onFailure ended without waiting for step ${forgotten}`) };
  } catch (thrown) {
    if (thrown instanceof ApplicationFailure && thrown.type === 'executionClosed') return 'closed';
    return { error: runError(thrown) };
  }
}

/** To the steps of a handler the run goes on, although it is stopping. */
function goingOn(inbox: Inbox): Inbox {
  return {
    stop: null,
    othersEnded: inbox.othersEnded,
    get count() {
      return inbox.count;
    },
    get closed() {
      return inbox.closed;
    },
    get changed() {
      return inbox.changed;
    },
    giveUp: (why) => inbox.giveUp(why),
    endOf: (attemptId) => inbox.endOf(attemptId),
    wakeAfter: (count) => inbox.wakeAfter(count),
  };
}
