import { ApplicationFailure, CancellationScope, sleep } from '@temporalio/workflow';
import type { TaskAnswer, TaskRequest } from '../engine/start-attempt.ts';
import { failureClasses, type RunError } from '../model/failures.ts';
import { decideRetry, type RetryPolicy, type Spent } from '../model/retry-policy.ts';
import type { CallLimits } from '../model/settings.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { readOutputs, startTask } from './activities.ts';
import { awaitAttempt, refuseWhenCancelled } from './await-attempt.ts';
import { awaitCall } from './await-call.ts';
import { isOfOtherStep } from './changed-code.ts';
import type { Inbox } from './inbox.ts';

/** One call of a task, ready to be carried out. */
export interface StepCall {
  runId: string;
  execution: number;
  stepKey: string;
  task: string;
  input: { all: unknown } | { shards: unknown[] };
  size: number | null;
  /** For `Ref::name` in the command of a Batch job. */
  parameters?: Record<string, string>;
  retry: RetryPolicy;
  /** Null: started in AWS. Otherwise the worker itself makes the call, and this is how long it may take. */
  call: CallLimits | null;
  /** A step of `onFailure`. */
  handler?: boolean;
  /** Locks of `withLock` around the call; left out when there are none. */
  locks?: string[];
}

/**
 * Carries out a step: attempts until one succeeds or the retries are spent. Gives the outputs by logical shard.
 * The delay between attempts is the only timer.
 * @throws ApplicationFailure whose type is the failure class and whose first detail is a RunError.
 */
export async function carryOut(call: StepCall, inbox: Inbox): Promise<unknown[]> {
  const { retry, call: _, ...request } = call;
  let after: string | null = null;
  let spent: ReadonlyMap<number, Spent> = new Map();
  for (;;) {
    await refuseWhenCancelled();
    // Its answer is always heard: what a cancelled branch has started, it has to stop.
    const asked: TaskRequest = { ...request, after };
    const answer: TaskAnswer = await CancellationScope.nonCancellable(() => startTask(asked));
    if (isOfOtherStep(answer, call.stepKey, inbox)) return new Promise<never>(() => undefined);
    const end = answer.status === 'ended' ? answer.end : await endOf(call, answer.attemptId, inbox);
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
        const next = decideRetry(retry, { failures: end.failures, size: call.size }, spent);
        if (next === null) throw stepFailure(call, end);
        spent = next.spent;
        await sleep(next.delayMs);
      }
    }
  }
}

/** A call of the worker's own is made now; what runs in AWS is told by a wake. */
function endOf(call: StepCall, attemptId: string, inbox: Inbox): Promise<AttemptEnd> {
  return call.call === null ? awaitAttempt(call, attemptId, inbox) : awaitCall(call, call.call, attemptId);
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
