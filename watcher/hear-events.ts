import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { namePrefix } from '../engine/batch-request.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { noteEvent } from '../store/attempt-moves.ts';
import { notify } from '../store/notify.ts';

/** Where AWS's events arrive. */
export interface EventQueue {
  client: SQSClient;
  url: string;
  /** Ends a waiting receive when the watcher stops. */
  signal: AbortSignal;
}

/** The part of an event that we read. The rest is kept as it came. */
interface BatchEvent {
  detail?: { jobName?: unknown; status?: unknown; arrayProperties?: { index?: unknown } };
}

/**
 * One cycle: receives events and moves the attempts' next look to now. An event never settles anything: lost, repeated
 * or reordered ones do no harm. What is not ours, or not readable, is deleted.
 */
export async function hearEvents(engine: WorkerEngine, queue: EventQueue): Promise<number> {
  const receive = new ReceiveMessageCommand({ QueueUrl: queue.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 });
  const { Messages: messages = [] } = await queue.client.send(receive, { abortSignal: queue.signal });
  if (messages.length === 0) return 0;
  const found = await Promise.all(messages.map((message) => note(engine, message)));
  if (found.some((rows) => rows > 0)) await notify(engine.db, 'attempts');
  await queue.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle })),
    }),
    { abortSignal: queue.signal },
  );
  return 0;
}

async function note(engine: WorkerEngine, message: Message): Promise<number> {
  const event = parse(message.Body);
  const name = event?.detail?.jobName;
  const status = event?.detail?.status;
  if (event === null || typeof name !== 'string' || !name.startsWith(namePrefix(engine))) return 0;
  // Children of an array: the parent's own end follows.
  if (event.detail?.arrayProperties?.index !== undefined) return 0;
  if (status !== 'SUCCEEDED' && status !== 'FAILED') return 0;
  return noteEvent(engine.db, name.slice(name.lastIndexOf('-') + 1), event);
}

function parse(body: string | undefined): BatchEvent | null {
  try {
    const value: unknown = JSON.parse(body ?? '');
    return typeof value === 'object' && value !== null ? value : null;
  } catch {
    return null;
  }
}
