import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { InputError } from '../config/job-input.ts';
import { UnknownJobError } from '../config/job-registry.ts';
import { type Engine, Refused } from '../engine/engine.ts';
import { startRun } from '../engine/start-run.ts';
import { startScheduled } from '../engine/start-scheduled.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { runId } from '../model/run-id.ts';
import { scheduledStarts } from '../triggers/message/scheduled-starts.ts';
import { startRequests } from '../triggers/message/start-requests.ts';
import type { EventQueue } from './hear-events.ts';

/**
 * One cycle: receives messages that ask for runs, and starts them by the one door. What started or found its run is
 * deleted. Anything else stays: it is delivered again, and in the end the queue's redrive keeps it for people.
 */
export async function hearStarts(engine: Engine, queue: EventQueue): Promise<number> {
  const receive = new ReceiveMessageCommand({
    QueueUrl: queue.url,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 20,
    MessageSystemAttributeNames: ['SentTimestamp'],
  });
  const { Messages: messages = [] } = await queue.client.send(receive, { abortSignal: queue.signal });
  const taken = await Promise.all(messages.map((message) => take(engine, message)));
  const done = messages.filter((_, index) => taken[index]);
  if (done.length === 0) return 0;
  await queue.client.send(
    new DeleteMessageBatchCommand({
      QueueUrl: queue.url,
      Entries: done.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle })),
    }),
    { abortSignal: queue.signal },
  );
  return 0;
}

/** True when every run that it asks for was started or found. */
async function take(engine: Engine, message: Message): Promise<boolean> {
  const messageId = message.MessageId ?? '';
  const sentAt = new Date(Number(message.Attributes?.SentTimestamp ?? Date.now()));
  try {
    const body = message.Body ?? '';
    const scheduled = scheduledStarts(engine, body);
    for (const start of scheduled ?? []) {
      await startScheduled(engine, start);
      engine.log.info('message taken', { messageId, runId: runId(start.job, start.runKey), outcome: start.does });
    }
    if (scheduled !== null) return true;
    for (const request of startRequests(engine, { id: messageId, body, sentAt })) {
      const started = await startRun(engine, request);
      engine.log.info('message taken', { messageId, runId: started.runId, outcome: started.outcome });
    }
    return true;
  } catch (error) {
    const isRefused = [Refused, InputError, UnknownJobError].some((kind) => error instanceof kind);
    if (isRefused) engine.log.error('message refused', { messageId, reason: messageOf(error) });
    else engine.log.error('message not taken', { messageId, error: messageOf(error) });
    return false;
  }
}
