import { defineJob, functionTask } from 'nightshift';
import { type Call, type CallOrder, carryOutCall } from '../../engine/calls/carry-out-call.ts';
import type { CallResult } from '../../engine/calls/check-result.ts';
import { CallLost } from '../../engine/calls/settle-call.ts';
import type { WorkerEngine } from '../../engine/engine.ts';
import { openRun } from '../../engine/open-run.ts';
import { writeIntent } from '../../engine/start-attempt.ts';
import { startRun } from '../../engine/start-run.ts';
import type { Job } from '../../model/job.ts';
import type { AttemptEnd } from '../../model/wake.ts';
import { getAttempt } from '../../store/attempts.ts';
import { until } from '../support/until.ts';
import { type PlannedEngine, withPlannedEngine } from './planned-engine.ts';

const job = defineJob({
  id: 'CALLS',
  name: 'Calls a function',
  tasks: { call: functionTask('functions/none') },
  run: ({ tasks }) => tasks.call(),
}) as Job;

/** A worker that makes a call; the test says when the call itself is over. */
interface Caller {
  ended: Promise<AttemptEnd>;
  /** The call that it makes; undefined while it makes none. */
  call?: Call;
  heartbeats: number;
  finish(output: unknown): void;
}

test('a worker whose call was taken over by another one cannot settle it', () =>
  withCall(async ({ db }, { attemptId, makes }) => {
    const slow = makes('slow', 60_000);
    await until(() => slow.call !== undefined, { describe: 'the first to call' });
    await db.query(`update attempts set claimed_until = now() - interval '1 second'`);
    const next = makes('next', 60_000);
    await until(() => next.call !== undefined, { describe: 'the next to call' });

    slow.finish('too late');

    await expect(slow.ended).rejects.toThrow(CallLost);
    expect(await getAttempt(db, attemptId)).toMatchObject({ status: 'running' });
    next.finish('in time');
    expect(await next.ended).toMatchObject({ status: 'succeeded', outputs: ['in time'] });
  }));

test('a call that another worker makes is not made a second time; its end is told to both', () =>
  withCall(async (_, { makes }) => {
    const first = makes('first', 60_000);
    await until(() => first.call !== undefined, { describe: 'the first to call' });
    const second = makes('second', 90);
    await until(() => second.heartbeats >= 3, { describe: 'the second to look three times' });

    first.finish('once');

    expect(await first.ended).toMatchObject({ status: 'succeeded', outputs: ['once'] });
    expect(await second.ended).toEqual(await first.ended);
    expect(second.call).toBeUndefined();
  }));

/** An attempt of a call that is written down; `makes`: a worker of this name, with claims of so long, carries it out. */
async function withCall(
  use: (
    planned: PlannedEngine,
    at: { attemptId: string; makes: (owner: string, callLeaseMs: number) => Caller },
  ) => Promise<void>,
) {
  await withPlannedEngine([job], async (planned) => {
    const { runId } = await startRun(planned.engine, { job: 'CALLS', runKey: '2026-11-21', who: 'test' });
    await openRun(planned.engine, { runId, execution: 1 });
    const step = { runId, execution: 1, stepKey: 'call#1', task: 'call', input: { all: null } };
    const intent = await writeIntent(workerOf(planned, 'writer', 0), { ...step, size: null, after: null });
    if (intent.status !== 'started') throw new Error(`The attempt is ${intent.status}`);
    const { attemptId } = intent;
    const callers: Caller[] = [];
    const makes = (owner: string, callLeaseMs: number) => {
      const made = caller(workerOf(planned, owner, callLeaseMs), { ...step, attemptId });
      callers.push(made);
      return made;
    };
    try {
      await use(planned, { attemptId, makes });
    } finally {
      // Nobody renews a claim in a database that is gone.
      for (const made of callers) made.finish(null);
      await Promise.allSettled(callers.map(({ ended }) => ended));
    }
  });
}

function caller(worker: WorkerEngine, order: CallOrder): Caller {
  let finish: (result: CallResult) => void = () => undefined;
  const result = new Promise<CallResult>((resolve) => {
    finish = resolve;
  });
  const made: Omit<Caller, 'ended'> = {
    heartbeats: 0,
    finish: (output) => finish({ status: 'succeeded', output }),
  };
  const ended = carryOutCall(worker, order, {
    heartbeat: () => {
      made.heartbeats += 1;
    },
    shutdown: new AbortController().signal,
    make: (call) => {
      made.call = call;
      return result;
    },
  });
  ended.catch(() => undefined);
  return Object.assign(made, { ended });
}

/** What a call needs of a worker's engine. */
function workerOf({ engine }: PlannedEngine, owner: string, callLeaseMs: number): WorkerEngine {
  return {
    ...engine,
    timings: { ...engine.timings, callLeaseMs },
    owner,
    computes: {} as WorkerEngine['computes'],
    putInput: () => Promise.reject(new Error('no input is put away')),
    resources: () => ({ region: 'local', batch: { queues: { onDemand: 'main', spot: 'spot' }, definitions: {} } }),
    bundleHash: 'none',
    databaseId: 'none',
  };
}
