import { ApplicationFailure, sleep } from '@temporalio/workflow';
import type { TaskAnswer } from '../engine/start-attempt.ts';
import { failureClasses, type RunError } from '../model/failures.ts';
import { decideRetry, type RetryPolicy, type Spent } from '../model/retry-policy.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { readOutputs, startTask } from './activities.ts';
import type { Inbox } from './inbox.ts';

/** One call of a task, ready to be carried out. */
export interface StepCall {
  runId: string;
  execution: number;
  stepKey: string;
  task: string;
  input: { all: unknown } | { shards: unknown[] };
  size: number | null;
  retry: RetryPolicy;
  /** Locks of `withLock` around the call; left out when there are none. */
  locks?: string[];
}

/**
 * Carries out a step: attempts until one succeeds or the retries are spent. Gives the outputs by logical shard.
 * The delay between attempts is the only timer.
 * @throws ApplicationFailure whose type is the failure class and whose first detail is a RunError.
 */
export async function carryOut(call: StepCall, inbox: Inbox): Promise<unknown[]> {
  const { retry, ...request } = call;
  let after: string | null = null;
  let spent: ReadonlyMap<number, Spent> = new Map();
  for (;;) {
    const answer: TaskAnswer = await startTask({ ...request, after });
    const end: AttemptEnd = answer.status === 'ended' ? answer.end : await inbox.endOf(answer.attemptId);
    after = end.attemptId;
    // It ended for an older input: whatever came of it, this one is still to be done.
    if (answer.status === 'replacing' && inbox.stop === null) continue;
    switch (end.status) {
      case 'succeeded':
        return end.outputs ?? (await readOutputs({ runId: call.runId, stepKey: call.stepKey }));
      case 'stopped':
        // The run is being stopped: whoever awaits this step is given up.
        if (inbox.stop !== null || inbox.closed) return new Promise<never>(() => undefined);
        // Only the attempt of an older input is stopped while the run goes on: the next one has this input.
        break;
      case 'failed': {
        const next = decideRetry(retry, end.failures, spent);
        if (next === null) throw stepFailure(call, end);
        spent = next;
        await sleep(retry.delayMs);
      }
    }
  }
}

function stepFailure(call: StepCall, end: Extract<AttemptEnd, { status: 'failed' }>): ApplicationFailure {
  const error = stepError(call, end);
  return ApplicationFailure.create({ message: error.message, type: error.class, nonRetryable: true, details: [error] });
}

function stepError(call: StepCall, end: Extract<AttemptEnd, { status: 'failed' }>): RunError {
  const [first] = end.failures;
  const failureClass = first?.class ?? 'outcomeUnknown';
  const failed = end.failures.reduce((sum, failure) => sum + failure.shards.length, 0);
  const which = call.size === null ? '' : ` (${failed} of ${call.size} shards, first shard ${first?.shards[0] ?? 0})`;
  const code = first?.exitCode == null ? '' : ` with exit code ${first.exitCode}`;
  return {
    class: failureClass,
    message: `Step ${call.stepKey}${which} failed${code}: ${first?.reason ?? 'no reason given'} [${failureClass}]`,
    hint: failureClasses[failureClass].hint,
    step: call.stepKey,
    attemptId: end.attemptId,
    failures: end.failures,
    logTail: end.logTail,
    ...(end.externalId === null ? {} : { externalId: end.externalId }),
    ...(end.log === undefined ? {} : { log: end.log }),
  };
}
