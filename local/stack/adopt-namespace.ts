import type { Client } from '@temporalio/client';
import type { WorkerEngine } from '../../engine/engine.ts';
import { listOpenExecutions } from '../../store/executions.ts';
import { rebindNamespace } from '../../store/meta.ts';
import { closeWithoutWorkflow } from '../../watcher/deadlines.ts';

/**
 * The local Temporal forgets everything when it stops: its database is taken over, and runs that were open are closed
 * as failed (temporalLost). Their work ended with the local AWS; attempts in flight are settled by the watcher.
 */
export async function adoptNamespace(engine: WorkerEngine, _client: Client, namespaceId: string): Promise<void> {
  for (const { runId, number } of await listOpenExecutions(engine.db)) {
    await closeWithoutWorkflow(engine, { runId, execution: number, reason: 'temporalLost' });
  }
  await rebindNamespace(engine.db, namespaceId);
}
