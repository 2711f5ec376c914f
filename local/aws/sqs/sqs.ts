import type {
  ChangeMessageVisibilityRequest,
  CreateQueueRequest,
  DeleteMessageBatchRequest,
  DeleteMessageRequest,
  GetQueueAttributesRequest,
  GetQueueUrlRequest,
  PurgeQueueRequest,
  ReceiveMessageRequest,
  SendMessageRequest,
} from '@aws-sdk/client-sqs';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation, type Service } from '../service.ts';
import { MessageQueue, type ReceivedMessage, type Redrive } from './message-queue.ts';

/** SQS. */
export interface Sqs {
  service: Service;
  /** Makes a queue, or returns the one of that name. */
  create(name: string, attributes?: Record<string, string>): MessageQueue;
  urlOf(name: string): string;
  /** Answers everybody who waits for a message. */
  close(): void;
}

/** What SQS needs to know of its surroundings. */
export interface SqsSurroundings {
  account: Account;
  /** The server's address, known once it listens. */
  endpoint(): string;
}

/** Seconds for which a received message stays hidden when nobody says otherwise. */
const defaultVisibilitySeconds = 30;
const maxVisibilitySeconds = 43_200;
const maxMessageBytes = 1_048_576;

/** Makes SQS without queues. */
export function createSqs(surroundings: SqsSurroundings): Sqs {
  const queues = new Map<string, OwnedQueue>();
  const urlOf = (name: string) => `${surroundings.endpoint()}/${surroundings.account.id}/${name}`;

  const find = (name: string | undefined) => get(queues, name);
  const byUrl = (url: string | undefined) => find(url?.split('/').at(-1));

  return {
    create: (name, attributes = {}) => ensure(queues, name, attributes),
    urlOf,
    close() {
      for (const { queue } of queues.values()) queue.close();
    },
    service: {
      name: 'sqs',
      operations: {
        CreateQueue: operation<CreateQueueRequest>((request) => {
          const name = checkQueueName(request.QueueName);
          ensure(queues, name, request.Attributes ?? {});
          return { QueueUrl: urlOf(name) };
        }),
        GetQueueUrl: operation<GetQueueUrlRequest>(({ QueueName }) => ({
          QueueUrl: urlOf(find(QueueName).queue.name),
        })),
        GetQueueAttributes: operation<GetQueueAttributesRequest>(({ QueueUrl }) =>
          describeQueue(byUrl(QueueUrl), surroundings.account),
        ),
        ...messageOperations(byUrl),
      },
      troubles,
    },
  };
}

const troubles = {
  throttled: { code: 'RequestThrottled', status: 403 },
  failed: { code: 'InternalFailure', status: 500 },
  denied: { code: 'AccessDeniedException', status: 403 },
};

interface OwnedQueue {
  queue: MessageQueue;
  attributes: Record<string, string>;
  createdAt: number;
}

function ensure(queues: Map<string, OwnedQueue>, name: string, attributes: Record<string, string>): MessageQueue {
  const existing = queues.get(name);
  if (existing) return existing.queue;
  const queue = new MessageQueue(name, redriveOf(queues, attributes.RedrivePolicy));
  queues.set(name, { queue, attributes, createdAt: Date.now() });
  return queue;
}

/** Where messages go that were received too often. The dead-letter queue must be there when the first one does. */
function redriveOf(queues: Map<string, OwnedQueue>, policy: string | undefined): Redrive | undefined {
  if (policy === undefined) return undefined;
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(policy) as Record<string, unknown>;
  const target = String(deadLetterTargetArn).split(':').at(-1);
  return { maxReceiveCount: Number(maxReceiveCount), to: () => get(queues, target).queue };
}

function get(queues: Map<string, OwnedQueue>, name: string | undefined): OwnedQueue {
  const found = queues.get(name ?? '');
  if (!found) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  return found;
}

function messageOperations(byUrl: (url: string | undefined) => OwnedQueue): Record<string, Operation> {
  return {
    SendMessage: operation<SendMessageRequest>((request) => {
      const body = request.MessageBody ?? '';
      if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
      if (Buffer.byteLength(body) > maxMessageBytes) {
        throw invalidValue(
          `One or more parameters are invalid. Reason: Message must be shorter than ${maxMessageBytes} bytes.`,
        );
      }
      const { messageId, md5 } = byUrl(request.QueueUrl).queue.send(body, (request.DelaySeconds ?? 0) * 1_000);
      return { MessageId: messageId, MD5OfMessageBody: md5 };
    }),
    ReceiveMessage: operation<ReceiveMessageRequest>((request, call) => receive(request, byUrl, call.signal)),
    DeleteMessage: operation<DeleteMessageRequest>((request) => {
      byUrl(request.QueueUrl).queue.delete(request.ReceiptHandle ?? '');
      return {};
    }),
    DeleteMessageBatch: operation<DeleteMessageBatchRequest>((request) => deleteBatch(request, byUrl)),
    ChangeMessageVisibility: operation<ChangeMessageVisibilityRequest>((request) => {
      const timeoutMs =
        rangeOf('VisibilityTimeout', request.VisibilityTimeout, { min: 0, max: maxVisibilitySeconds }) * 1_000;
      const isChanged = byUrl(request.QueueUrl).queue.changeVisibility(request.ReceiptHandle ?? '', timeoutMs);
      if (!isChanged) throw new AwsError('MessageNotInflight', 'The message is not in flight or no longer exists.');
      return {};
    }),
    PurgeQueue: operation<PurgeQueueRequest>((request) => {
      byUrl(request.QueueUrl).queue.purge();
      return {};
    }),
  };
}

async function receive(
  request: ReceiveMessageRequest,
  byUrl: (url: string | undefined) => OwnedQueue,
  signal: AbortSignal,
): Promise<object> {
  const { queue, attributes } = byUrl(request.QueueUrl);
  const visibility = request.VisibilityTimeout ?? Number(attributes.VisibilityTimeout ?? defaultVisibilitySeconds);
  const wait = request.WaitTimeSeconds ?? Number(attributes.ReceiveMessageWaitTimeSeconds ?? 0);
  const messages: ReceivedMessage[] = await queue.receive({
    max: rangeOf('MaxNumberOfMessages', request.MaxNumberOfMessages ?? 1, { min: 1, max: 10 }),
    visibilityTimeoutMs: rangeOf('VisibilityTimeout', visibility, { min: 0, max: maxVisibilitySeconds }) * 1_000,
    waitMs: rangeOf('WaitTimeSeconds', wait, { min: 0, max: 20 }) * 1_000,
    signal,
  });
  return messages.length === 0 ? {} : { Messages: messages };
}

function deleteBatch(request: DeleteMessageBatchRequest, byUrl: (url: string | undefined) => OwnedQueue): object {
  const { queue } = byUrl(request.QueueUrl);
  const entries = request.Entries ?? [];
  if (entries.length === 0)
    throw new AwsError(
      'EmptyBatchRequest',
      'There should be at least one DeleteMessageBatchRequestEntry in the request.',
    );
  if (entries.length > 10)
    throw new AwsError(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  if (new Set(entries.map((entry) => entry.Id)).size < entries.length) {
    throw new AwsError('BatchEntryIdsNotDistinct', 'Two or more batch entries in the request have the same Id.');
  }
  for (const entry of entries) queue.delete(entry.ReceiptHandle ?? '');
  return { Successful: entries.map((entry) => ({ Id: entry.Id })), Failed: [] };
}

function describeQueue({ queue, attributes, createdAt }: OwnedQueue, account: Account): object {
  const counts = queue.counts();
  return {
    Attributes: {
      VisibilityTimeout: String(defaultVisibilitySeconds),
      ...attributes,
      QueueArn: arnOf(account, 'sqs', queue.name),
      CreatedTimestamp: String(Math.floor(createdAt / 1_000)),
      ApproximateNumberOfMessages: String(counts.visible),
      ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
      ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    },
  };
}

function checkQueueName(name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
    throw invalidValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
  }
  return name;
}

function rangeOf(name: string, value: number | undefined, range: { min: number; max: number }): number {
  if (value === undefined || value < range.min || value > range.max) {
    throw invalidValue(
      `Value ${value} for parameter ${name} is invalid. Reason: Must be between ${range.min} and ${range.max}, if provided.`,
    );
  }
  return value;
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValue', message);
}
