import type { Engine } from '../engine/engine.ts';
import { stopRun } from '../engine/stop-run.ts';
import { listOpenRuns } from '../store/runs.ts';
import { whoAmI } from './arguments.ts';
import { followRuns } from './follow-run.ts';

/** Cancels every open run and waits until their work has ended, as far as AWS says so. */
export async function cancelOpenRuns(engine: Engine): Promise<void> {
  const runIds = await listOpenRuns(engine.db);
  for (const runId of runIds) await stopRun(engine, { runId, reason: 'cancelled', who: whoAmI(), error: null });
  await followRuns(engine.db, runIds, { show: () => undefined, signal: new AbortController().signal });
}
