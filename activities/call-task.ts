import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { LambdaCaller } from '../compute/lambda/invoke.ts';
import { callFunction, type LoadFunction } from '../engine/calls/call-function.ts';
import { callLambda } from '../engine/calls/call-lambda.ts';
import { type Call, type CallOrder, carryOutCall } from '../engine/calls/carry-out-call.ts';
import type { CallResult } from '../engine/calls/check-result.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { latestExecution } from '../store/executions.ts';
import { refuse } from './refuse.ts';

/** What {@link createCallTask} needs beside the engine. */
export interface CallDeps {
  load: LoadFunction;
  invoke: LambdaCaller;
}

/**
 * Makes the activity that calls a function or a Lambda and gives its end. It is a regular one, on a queue of its own:
 * it lasts as long as the call. At least once: a try that finds the claim of a dead worker run out takes it over.
 */
export function createCallTask(engine: WorkerEngine, deps: CallDeps) {
  return (order: CallOrder): Promise<AttemptEnd> => {
    const { attempt } = activityInfo();
    // A second try may come to this very process while the first still runs: it waits for its claim like any other.
    const trying = { ...engine, owner: `${engine.owner}#${attempt}` };
    return carryOutCall(trying, order, {
      heartbeat: () => heartbeat({ attempt }),
      shutdown: cancellationSignal(),
      make: (call) => make(trying, call, deps),
    }).catch(refuse);
  };
}

/** The activities of the call queue. */
export interface CallActivities {
  callTask: ReturnType<typeof createCallTask>;
}

async function make(engine: WorkerEngine, call: Call, { load, invoke }: CallDeps): Promise<CallResult> {
  const execution = await latestExecution(engine.db, call.runId);
  const settings = execution?.settings.tasks[call.task];
  if (settings?.kind === 'function') return callFunction(engine, call, { settings, load });
  if (settings?.kind === 'lambda') return callLambda(engine, call, { settings, invoke });
  const reason = `${call.task} is no function or Lambda of this execution`;
  return { status: 'failed', class: 'startFailed', reason, logTail: [] };
}
