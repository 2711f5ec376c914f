import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { attemptEnd } from '../engine/attempt-end.ts';
import type { Engine, WorkerEngine } from '../engine/engine.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { tellRun } from '../engine/tell-run.ts';
import { workflowId } from '../model/run-id.ts';
import { hasEnded, type StopReason } from '../model/run-states.ts';
import type { RunInput } from '../model/settings.ts';
import { taskFacts } from '../model/task-facts.ts';
import { type AttemptEnd, type Wake, wakeSignal } from '../model/wake.ts';
import { countLive, listUntold, markTold, maxEnds } from '../store/attempts.ts';
import { latestExecution } from '../store/executions.ts';
import { claimOutbox, finishOutbox, type OutboxRow, postponeOutbox, startIsPending } from '../store/outbox.ts';
import { getRun } from '../store/runs.ts';
import { listWaits } from '../store/waits.ts';

/** What telling Temporal needs. */
export interface Delivery extends Engine, Pick<WorkerEngine, 'bundleHash'> {
  client: Client;
  taskQueue: string;
}

/** Of one wake, in all. */
const maxCharacters = 400_000;

/** The longest pause between two tries to tell Temporal. */
const maxPauseMs = 30_000;

/** One cycle: sends what is due. Gives the pause until the next one. */
export async function deliverOutbox(delivery: Delivery): Promise<number> {
  const rows = await claimOutbox(delivery.db, delivery.timings.outboxClaimMs);
  await Promise.all(rows.map((row) => deliverOne(delivery, row)));
  return rows.length > 0 ? 0 : Math.min(1_000, delivery.timings.pollMs);
}

async function deliverOne(delivery: Delivery, row: OutboxRow): Promise<void> {
  try {
    const sent = row.kind === 'start' ? await sendStart(delivery, row.target) : await sendWake(delivery, row.target);
    if (sent) await finishOutbox(delivery.db, row);
    else await postponeOutbox(delivery.db, row, pauseMs(row));
  } catch (error) {
    delivery.log.warn('delivery failed', { kind: row.kind, target: row.target, error: messageOf(error) });
    await postponeOutbox(delivery.db, row, pauseMs(row));
  }
}

function pauseMs(row: OutboxRow): number {
  return Math.min(maxPauseMs, 50 * 2 ** row.tries);
}

/** Starts the workflow. A start whose answer was lost shows as "already started", since the id is our own. */
async function sendStart(delivery: Delivery, target: string): Promise<boolean> {
  const cut = target.lastIndexOf('/');
  const run = await getRun(delivery.db, target.slice(0, cut));
  const execution = run && (await latestExecution(delivery.db, run.id));
  if (run === undefined || execution?.number !== Number(target.slice(cut + 1)) || execution.status !== 'open')
    return true;
  const input: RunInput = {
    runId: run.id,
    job: run.job,
    runKey: run.runKey,
    date: run.date,
    execution: execution.number,
    input: run.input,
    // Only a next execution has one before it begins.
    ...(execution.bundleHash === null ? {} : { bundle: execution.bundleHash }),
    // Two missed renewals are no death: the claim in the database is as long.
    ...taskFacts(execution.settings.tasks, delivery.timings.callLeaseMs),
  };
  try {
    await delivery.client.workflow.start(run.job, {
      workflowId: target,
      taskQueue: delivery.taskQueue,
      args: [input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `${run.job} for ${run.runKey}`,
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  return true;
}

/** The first ends that stay well below what Temporal takes in one signal (2 MB), whatever the alphabet; at least one. */
function whatFits(ends: AttemptEnd[]): AttemptEnd[] {
  let room = maxCharacters;
  return ends.filter((end, index) => {
    room -= JSON.stringify(end).length;
    return index === 0 || room >= 0;
  });
}

/** Signals the run's newest execution, by workflow id only: after a reset the Temporal run id is another one. */
async function sendWake(delivery: Delivery, runId: string): Promise<boolean> {
  const { db, client } = delivery;
  // Side by side: this is the time that passes between the end of the work and its run knowing of it.
  // The execution first: were the run read before it, the next execution could be told that its run has ended.
  const execution = await latestExecution(db, runId);
  const [run, live] = await Promise.all([getRun(db, runId), countLive(db, runId)]);
  if (run === undefined || execution === undefined) return true;
  const id = workflowId(runId, execution.number);
  const [isPending, untold, waits] = await Promise.all([
    startIsPending(db, id),
    listUntold(db, runId, run.generation),
    listWaits(db, runId),
  ]);
  const others = waits.filter((wait) => wait.kind === 'run' && wait.metAt !== null).map((wait) => wait.name);
  if (isPending) return false;
  const wake: Wake = {
    status: run.status,
    stop: run.status === 'stopping' ? (run.reason as StopReason) : null,
    live,
    ended: whatFits(await Promise.all(untold.map((attempt) => attemptEnd(db, attempt)))),
    ...(others.length === 0 ? {} : { others }),
  };
  try {
    await client.workflow.getHandle(id).signal(wakeSignal, wake);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    // Nobody is there to be told. If the run is open, the look at its execution finds out why.
    if (!hasEnded(run.status)) return false;
  }
  await markTold(
    db,
    wake.ended.map((end) => end.attemptId),
    { runId, execution: execution.number },
  );
  if (wake.ended.length < untold.length || untold.length === maxEnds) await tellRun(db, runId);
  return true;
}
