import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { type Wake, wakeSignal } from '../model/wake.ts';

/** A moment as Temporal's protocol carries it. */
interface Timestamp {
  seconds?: { toNumber(): number } | number | null;
  nanos?: number | null;
}

/** Milliseconds from the start of a workflow to its end, by Temporal's own clock. */
export async function workflowMs(client: Client, workflowId: string): Promise<number> {
  const events = await eventsOf(client, workflowId);
  const last = events.at(-1);
  if (!last?.workflowExecutionCompletedEventAttributes) throw new Error(`${workflowId} has not completed`);
  return msOf(last.eventTime) - msOf(events[0]?.eventTime);
}

/** How many events a workflow's history has. */
export async function historyLength(client: Client, workflowId: string): Promise<number> {
  return (await eventsOf(client, workflowId)).length;
}

/** When the run was told how each attempt ended: attempt id to milliseconds since 1970, by Temporal's clock. */
export async function toldAt(client: Client, workflowId: string): Promise<Map<string, number>> {
  const told = new Map<string, number>();
  for (const event of await eventsOf(client, workflowId)) {
    const signal = event.workflowExecutionSignaledEventAttributes;
    const [payload] = signal?.input?.payloads ?? [];
    if (signal?.signalName !== wakeSignal || !payload) continue;
    for (const { attemptId } of defaultPayloadConverter.fromPayload<Wake>(payload).ended) {
      if (!told.has(attemptId)) told.set(attemptId, msOf(event.eventTime));
    }
  }
  return told;
}

async function eventsOf(client: Client, workflowId: string) {
  return (await client.workflow.getHandle(workflowId).fetchHistory()).events ?? [];
}

function msOf(time: Timestamp | null | undefined): number {
  const seconds = time?.seconds ?? 0;
  return (typeof seconds === 'number' ? seconds : seconds.toNumber()) * 1_000 + (time?.nanos ?? 0) / 1_000_000;
}
