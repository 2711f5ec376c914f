import { checkInput } from '../config/job-input.ts';
import type { RunError } from '../model/failures.ts';
import { runId } from '../model/run-id.ts';
import { hasEnded, type RunStatus } from '../model/run-states.ts';
import { runSettings } from '../model/settings.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { lockTheLocks } from '../store/locks.ts';
import { listAncestors, locksAskedBelow, setParent } from '../store/run-waits.ts';
import { getRun, insertExpected, lockRuns, type RunRow } from '../store/runs.ts';
import { insertWait } from '../store/waits.ts';
import { dateOfRun, keyProblem } from '../triggers/run-keys.ts';
import { type Engine, Refused } from './engine.ts';
import { passHolding } from './grant-locks.ts';
import { refusedByAncestors } from './lock-order.ts';
import { ExecutionClosed } from './start-attempt.ts';
import { startRunIn } from './start-run.ts';

/** One `runJob` of a run's workflow. */
export interface OtherRequest {
  runId: string;
  execution: number;
  job: string;
  runKey: string;
  input?: unknown;
}

/** `waiting`: a wake follows when it has ended, then ask again. */
export type OtherAnswer =
  | { status: 'waiting' }
  | { status: 'ended'; as: RunStatus; reason: string | null; result: unknown; error: RunError | null };

/**
 * Finds or starts the run that another run waits for, through the one door, and registers the wait. One that failed
 * before this execution of the asker began, and that the asker had started, is retried. A repeat changes nothing.
 * @throws Refused for a run that waits for the asker, or needs a lock that a run that waits for it holds, or one before it
 * in the order of names; ExecutionClosed.
 */
export function runOther(engine: Engine, request: OtherRequest): Promise<OtherAnswer> {
  const job = engine.jobs.get(request.job);
  const problem = keyProblem(job, request.runKey);
  if (problem !== null) throw new Refused(`runJob got the date "${request.runKey}": ${problem}`);
  const id = runId(request.job, request.runKey);
  return withTransaction(engine.db, async (sql) => {
    const { job: otherJob, runKey } = request;
    const date = dateOfRun(job, runKey, engine.project.timezone);
    await insertExpected(sql, [{ id, job: otherJob, runKey, date }]);
    const runs = await lockRuns(sql, [request.runId, id]);
    const asker = runs.get(request.runId);
    const execution = await latestExecution(sql, request.runId);
    if (asker?.status !== 'running' || execution?.number !== request.execution || execution.status !== 'open') {
      throw new ExecutionClosed(request.runId, request.execution, asker?.status ?? 'unknown');
    }
    const other = runs.get(id);
    if (other === undefined) throw new Error(`The run ${id} vanished while ${request.runId} was to wait for it`);
    if (isOver(other, execution.createdAt, asker)) return ended(other);
    await refuseRing(sql, engine, { asker, other });
    const input = other.status === 'expected' ? checkInput(job, request.input) : undefined;
    const again = hasEnded(other.status) ? ({ again: 'retry' } as const) : {};
    const start = { job: request.job, runKey: request.runKey, input, who: `runJob of ${asker.id}`, ...again };
    const { outcome } = await startRunIn(sql, engine, start);
    if (outcome === 'started') await setParent(sql, id, asker.id);
    await insertWait(sql, { runId: asker.id, kind: 'run', name: id });
    await passHolding(sql);
    return { status: 'waiting' };
  });
}

/** It has ended, and is not the asker's own that failed in an earlier execution of the asker. */
function isOver(other: RunRow, since: Date, asker: RunRow): boolean {
  if (!hasEnded(other.status)) return false;
  const failed = other.status !== 'succeeded';
  const before = other.endedAt !== null && other.endedAt < since;
  return !(failed && before && other.parent === asker.id);
}

function ended(other: RunRow): OtherAnswer {
  const { status, reason, result, error } = other;
  return { status: 'ended', as: status, reason, result: result ?? null, error };
}

/** Nobody in a ring would ever go on: neither runs that wait for each other, nor one for a lock of who waits for it. */
async function refuseRing(sql: Sql, engine: Engine, { asker, other }: { asker: RunRow; other: RunRow }) {
  // Rings are closed by several runs at once: one transaction at a time looks and registers.
  await lockTheLocks(sql);
  const chain = [...(await listAncestors(sql, asker.id)), asker.id];
  const at = chain.indexOf(other.id);
  if (at >= 0) {
    throw new Refused(`runJob would wait for ever: ${[...chain.slice(at), other.id].join(' waits for ')}`);
  }
  const settings = runSettings(engine.jobs.get(other.job), engine.project.timezone);
  const begun = other.status === 'running' || other.status === 'stopping';
  const names = [...(begun ? [] : settings.locks.map(({ name }) => name)), ...(await locksAskedBelow(sql, other.id))];
  const refused = await refusedByAncestors(sql, { runId: other.id, names, ancestors: chain });
  if (refused !== null) throw new Refused(`runJob could wait for ever: ${refused}`);
  if (begun) return;
  for (const ancestor of chain) {
    const row = await getRun(sql, ancestor);
    if (row?.runKey === other.runKey && settings.after.includes(row.job)) {
      throw new Refused(`runJob would wait for ever: ${other.id} runs after ${ancestor}, which waits for it`);
    }
  }
}
