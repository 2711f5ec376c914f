import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { workflowId } from '../../model/run-id.ts';
import type { World } from '../support/world.ts';
import type { RecordedHistory } from './replay.ts';

/** The history of a run's first execution, in Temporal's JSON form. */
export async function fetchHistory(world: World, runId: string): Promise<RecordedHistory> {
  const history = await world.client.workflow.getHandle(workflowId(runId, 1)).fetchHistory();
  return JSON.parse(historyToJSON(history));
}

/** The types of the events so far, oldest first: `EVENT_TYPE_WORKFLOW_EXECUTION_STARTED`, ... */
export async function eventTypes(world: World, runId: string): Promise<string[]> {
  const { events } = await fetchHistory(world, runId);
  return events.map(({ eventType }) => String(eventType));
}
