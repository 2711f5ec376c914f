import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorkerEngine } from '../engine/engine.ts';
import { namePrefix } from '../engine/requests/request-facts.ts';
import { noteEvent } from '../store/attempt-moves.ts';
import { notify } from '../store/notify.ts';
import { attemptOfEvent } from './attempt-of-event.ts';

/** Where AWS's events arrive. */
export interface EventQueue {
  client: SQSClient;
  url: string;
  /** Ends a waiting receive when the watcher stops. */
  signal: AbortSignal;
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
  const of = attemptOfEvent(event, namePrefix(engine));
  return of === null ? 0 : noteEvent(engine.db, of, event);
}

function parse(body: string | undefined): unknown {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return null;
  }
}
