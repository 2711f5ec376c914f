import { createHash, randomUUID } from 'node:crypto';

/** A message as ReceiveMessage hands it out. */
export interface ReceivedMessage {
  MessageId: string;
  ReceiptHandle: string;
  Body: string;
  MD5OfBody: string;
  Attributes: Record<string, string>;
}

/** How to receive. */
export interface ReceiveRequest {
  /** At most so many messages. */
  max: number;
  visibilityTimeoutMs: number;
  /** How long to wait for the first message. */
  waitMs: number;
  /** Ends the wait; nothing is handed out to a caller who has gone away. */
  signal: AbortSignal;
}

/** What becomes of a message that is received again and again. */
export interface Redrive {
  /** After so many times it is not handed out any more. */
  maxReceiveCount: number;
  /** Where it goes then. */
  to(): MessageQueue;
}

/** One standard queue, in memory. While nobody waits for a message, nothing ticks. */
export class MessageQueue {
  readonly name: string;
  private messages: Message[] = [];
  private readonly waiting = new Set<() => void>();
  private alarm: NodeJS.Timeout | undefined;
  private isClosed = false;

  private readonly redrive: Redrive | undefined;

  constructor(name: string, redrive?: Redrive) {
    this.name = name;
    this.redrive = redrive;
  }

  /** Adds a message, visible after `delayMs` (default 0). */
  send(body: string, delayMs = 0): { messageId: string; md5: string } {
    const message = newMessage(body, delayMs);
    this.messages.push(message);
    this.wake();
    return { messageId: message.id, md5: message.md5 };
  }

  /** Takes visible messages; waits for the first one as long as is asked. */
  async receive(request: ReceiveRequest): Promise<ReceivedMessage[]> {
    const first = this.take(request);
    if (first.length > 0 || request.waitMs <= 0 || request.signal.aborted) return first;
    return new Promise((resolve) => {
      const finish = (taken: ReceivedMessage[]) => {
        clearTimeout(timer);
        this.waiting.delete(look);
        request.signal.removeEventListener('abort', giveUp);
        resolve(taken);
      };
      const giveUp = () => finish([]);
      const look = () => {
        const taken = this.isClosed ? [] : this.take(request);
        if (taken.length > 0 || this.isClosed) finish(taken);
      };
      const timer = setTimeout(giveUp, request.waitMs);
      request.signal.addEventListener('abort', giveUp, { once: true });
      this.waiting.add(look);
      this.wake();
    });
  }

  /** Deletes the message; a handle that a later receive has replaced does nothing, as in SQS. */
  delete(receiptHandle: string): void {
    this.messages = this.messages.filter((message) => message.receiptHandle !== receiptHandle);
  }

  /** False when no message in flight has that handle. */
  changeVisibility(receiptHandle: string, timeoutMs: number): boolean {
    const message = this.messages.find((candidate) => candidate.receiptHandle === receiptHandle);
    if (!message || message.visibleAt <= Date.now()) return false;
    message.visibleAt = Date.now() + timeoutMs;
    this.wake();
    return true;
  }

  /** Drops all messages. */
  purge(): void {
    this.messages = [];
  }

  /** How many messages are in which state; delayed are those that were never received yet and are hidden. */
  counts(): { visible: number; inFlight: number; delayed: number } {
    const hidden = this.messages.filter((message) => message.visibleAt > Date.now());
    const delayed = hidden.filter((message) => message.receiveCount === 0).length;
    return { visible: this.messages.length - hidden.length, inFlight: hidden.length - delayed, delayed };
  }

  /** Answers all who wait. */
  close(): void {
    this.isClosed = true;
    this.wake();
  }

  private take(request: ReceiveRequest): ReceivedMessage[] {
    const now = Date.now();
    this.moveDead(now);
    const visible = this.messages.filter((message) => message.visibleAt <= now).slice(0, request.max);
    return visible.map((message) => handOut(message, now + request.visibilityTimeoutMs));
  }

  private moveDead(now: number): void {
    const { redrive } = this;
    if (redrive === undefined) return;
    const isDead = (message: Message) => message.visibleAt <= now && message.receiveCount >= redrive.maxReceiveCount;
    for (const message of this.messages.filter(isDead)) redrive.to().send(message.body);
    this.messages = this.messages.filter((message) => !isDead(message));
  }

  /** Those who wait look again: now, and when the next hidden message turns up. */
  private wake(): void {
    for (const look of [...this.waiting]) look();
    clearTimeout(this.alarm);
    if (this.waiting.size === 0) return;
    const next = this.messages.reduce((soonest, message) => Math.min(soonest, message.visibleAt), Infinity);
    if (Number.isFinite(next)) this.alarm = setTimeout(() => this.wake(), Math.max(1, next - Date.now()));
  }
}

interface Message {
  id: string;
  body: string;
  md5: string;
  sentAt: number;
  visibleAt: number;
  receiptHandle: string | undefined;
  receiveCount: number;
  firstReceivedAt: number | undefined;
}

function newMessage(body: string, delayMs: number): Message {
  const now = Date.now();
  return {
    id: randomUUID(),
    body,
    md5: createHash('md5').update(body).digest('hex'),
    sentAt: now,
    visibleAt: now + delayMs,
    receiptHandle: undefined,
    receiveCount: 0,
    firstReceivedAt: undefined,
  };
}

function handOut(message: Message, visibleAt: number): ReceivedMessage {
  const handle = randomUUID();
  message.receiptHandle = handle;
  message.visibleAt = visibleAt;
  message.receiveCount += 1;
  message.firstReceivedAt ??= Date.now();
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    Body: message.body,
    MD5OfBody: message.md5,
    Attributes: {
      SentTimestamp: String(message.sentAt),
      ApproximateReceiveCount: String(message.receiveCount),
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
  };
}
