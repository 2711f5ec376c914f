import { parseRunId, workflowId } from '../model/run-id.ts';
import { type RunSettings, runSettings } from '../model/settings.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { closeExecution, type ExecutionRow, latestExecution, openExecution } from '../store/executions.ts';
import { enqueue } from '../store/outbox.ts';
import { lockRuns, type RunRow } from '../store/runs.ts';
import { countRefusals, noteBundle, noteRefusal } from '../store/superseded.ts';
import type { Engine } from './engine.ts';

/** The execution that could not be replayed, and the bundle of the worker that tried. */
export interface Refusal {
  runId: string;
  execution: number;
  bundle: string;
}

/**
 * `superseded`: the run goes on in its next execution. `again`: it did already, for the same bundle. `closed`: nothing
 * to do here, since the run is stopping or has ended, or the execution is not the open one.
 */
export type SupersedeAnswer = 'superseded' | 'again' | 'closed';

/** While two bundles are at work (a deployment), a run may come back to one of them so often. */
const maxRefusals = 3;

/**
 * Moves a run whose code has changed to its next execution, in one transaction. Locks and attempts in flight belong to
 * the run: nothing is stopped; the next execution finds what is finished and joins what runs. A repeat changes nothing.
 */
export function supersede(engine: Engine, refusal: Refusal): Promise<SupersedeAnswer> {
  return withTransaction(engine.db, async (sql) => {
    const run = (await lockRuns(sql, [refusal.runId])).get(refusal.runId);
    const execution = await latestExecution(sql, refusal.runId);
    if (run?.status !== 'running' && run?.status !== 'waiting') return 'closed';
    if (execution?.number !== refusal.execution || execution.status !== 'open') return 'closed';
    // A bundle that cannot replay what it has itself done will not do better the next time.
    const own = execution.bundleHash === refusal.bundle;
    if ((await countRefusals(sql, run.id, refusal.bundle)) >= (own ? 1 : maxRefusals)) return 'again';
    await openNext(sql, engine, { run, execution, bundle: refusal.bundle });
    return 'superseded';
  });
}

async function openNext(sql: Sql, engine: Engine, of: { run: RunRow; execution: ExecutionRow; bundle: string }) {
  const { run, execution, bundle } = of;
  await noteRefusal(sql, { runId: run.id, execution: execution.number, bundle });
  await closeExecution(sql, run.id, execution.number, 'superseded');
  const { job } = parseRunId(run.id);
  const present = runSettings(engine.jobs.get(job), engine.project.timezone);
  const number = await openExecution(sql, {
    runId: run.id,
    settings: { ...present, ...gate(execution.settings) },
    startedBy: 'changed code',
    lookMs: engine.timings.executionLookMs,
  });
  // Meant for the bundle that could not go on: an older one would take it up where the newer one gave up.
  await noteBundle(sql, { runId: run.id, execution: number, bundle });
  await enqueue(sql, 'start', workflowId(run.id, number));
  await writeAudit(sql, { runId: run.id, who: 'watcher', action: 'next execution: the code has changed' });
}

/** What the run has passed, or waits for already: its waits and locks are those that it asked for. */
function gate({ after, notBefore, timezone, locks, waitAtMostMs }: RunSettings): Partial<RunSettings> {
  return { after, notBefore, timezone, locks, waitAtMostMs };
}
