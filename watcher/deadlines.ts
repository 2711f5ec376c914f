import { closeRun } from '../engine/close-run.ts';
import { timedOutError } from '../engine/end-errors.ts';
import { endRun, lockForEnd } from '../engine/end-run.ts';
import type { Engine } from '../engine/engine.ts';
import { stopRun } from '../engine/stop-run.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { tellRun } from '../engine/tell-run.ts';
import { failureClasses } from '../model/failures.ts';
import { parseRunId } from '../model/run-id.ts';
import { unreachable } from '../model/unreachable.ts';
import { raiseAlert } from '../store/alerts.ts';
import { listSlowStops } from '../store/attempt-moves.ts';
import { withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { grantedSlots } from '../store/locks.ts';
import { listOrphans } from '../store/run-waits.ts';
import { clearSlow, listOverdue } from '../store/runs.ts';
import { listWaits, meetDueClocks, type WaitKind } from '../store/waits.ts';
import { closeLateHandler, handlerWithoutWorkflow } from './late-handlers.ts';

/** One cycle over every clock that is a column: run timeout, slow, longest wait, not before, handlers, slow stops. */
export async function watchDeadlines(engine: Engine): Promise<number> {
  for (const run of await listOverdue(engine.db)) {
    try {
      await actOn(engine, run);
    } catch (error) {
      // One bad row never stops the others.
      engine.log.error('deadline failed', { runId: run.id, what: run.what, error: messageOf(error) });
    }
  }
  await withTransaction(engine.db, async (sql) => {
    for (const id of await meetDueClocks(sql)) await tellRun(sql, id);
  });
  await stopOrphans(engine);
  for (const stop of await listSlowStops(engine.db, engine.timings.stopAlertMs)) {
    const { runId, ...detail } = stop;
    if (await raiseAlert(engine.db, { runId, rule: 'stopSlow', channels: [], detail })) {
      engine.log.warn('stop does not end', { runId, ...detail });
    }
  }
  return engine.timings.deadlinesMs;
}

/** What a run started by `runJob` is stopped with it: here, since a stop locks no other run's row. */
async function stopOrphans(engine: Engine) {
  for (const { id, parent } of await listOrphans(engine.db)) {
    const message = `${id} was stopped together with ${parent}, whose runJob had started it`;
    const error = { class: 'cancelled', message, hint: failureClasses.cancelled.hint } as const;
    await stopRun(engine, { runId: id, reason: 'cancelled', who: `with ${parent}`, error });
  }
}

function actOn(engine: Engine, run: { id: string; what: 'wait' | 'timeout' | 'slow' | 'handler' }): Promise<void> {
  switch (run.what) {
    case 'timeout':
      return timeOut(engine, run.id);
    case 'slow':
      return warnSlow(engine, run.id);
    case 'wait':
      return endWait(engine, run.id);
    case 'handler':
      return closeLateHandler(engine, run.id);
    default:
      return unreachable(run.what);
  }
}

async function timeOut(engine: Engine, runId: string) {
  if (await stopRun(engine, { runId, reason: 'timedOut', who: 'watcher', error: timedOutError(runId) }))
    engine.log.warn('run timed out', { runId });
}

async function warnSlow(engine: Engine, runId: string) {
  const execution = await latestExecution(engine.db, runId);
  await raiseAlert(engine.db, { runId, rule: 'slow', channels: execution?.settings.alerts.slow ?? [] });
  await clearSlow(engine.db, runId);
  engine.log.warn('run is slow', { runId });
}

/** waiting → notRun: what it waited for did not come in time. The workflow is told, and ends. */
async function endWait(engine: Engine, id: string) {
  await withTransaction(engine.db, async (sql) => {
    const run = (await lockForEnd(sql, engine, { id, ...parseRunId(id) })).get(id);
    const execution = await latestExecution(sql, id);
    if (run?.status !== 'waiting' || execution?.status !== 'open') return;
    const waits = await listWaits(sql, id);
    const on = (kind: WaitKind) => waits.some((wait) => wait.kind === kind && wait.metAt === null);
    const onLatch = (await grantedSlots(sql, id)).some((slot) => slot.latch === 'wanted');
    await endRun(sql, engine, {
      run,
      execution,
      end: {
        to: 'notRun',
        reason: on('lock') || onLatch ? 'lockBusy' : on('overlap') ? 'overlap' : 'prerequisiteNotMet',
      },
    });
    await tellRun(sql, id);
  });
}

/** Closes a run whose workflow is gone, as soon as its work has ended. */
export async function closeWithoutWorkflow(
  engine: Engine,
  gone: { runId: string; execution: number; reason: 'terminated' | 'temporalLost'; said?: string | undefined },
): Promise<boolean> {
  const what =
    gone.reason === 'terminated' ? 'The workflow was ended in Temporal' : 'Temporal does not know the run any more';
  const message = gone.said === undefined ? what : `${what}: ${gone.said}`;
  const error = { class: gone.reason, message, hint: failureClasses[gone.reason].hint } as const;
  const outcome = { status: 'failed', reason: gone.reason, error } as const;
  const handled = await handlerWithoutWorkflow(engine, gone.runId);
  return (await closeRun(engine, { ...gone, outcome, handled })).status === 'closed';
}
