import { randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import type { Misbehaviour } from '../misbehaviour.ts';
import { describeJob } from './describe-jobs.ts';
import type { Job } from './job.ts';

/** Carries job state changes to a queue, as an EventBridge rule with an SQS target does. */
export interface JobEvents {
  /** Tells of the job's present state, if the rule's pattern lets it through. */
  tell(job: Job): void;
  stop(): void;
}

/** What the events need. */
export interface EventDelivery {
  account: Account;
  /** States that the pattern lets through. */
  statuses: string[];
  misbehaviour: Pick<Misbehaviour, 'settings'>;
  send(body: string): void;
}

/** How long a reordered event waits for one that could overtake it. */
const overtakeMs = 100;

/** Makes the delivery. */
export function createJobEvents(delivery: EventDelivery): JobEvents {
  const { settings } = delivery.misbehaviour;
  const wanted = new Set(delivery.statuses);
  const timers = new Set<NodeJS.Timeout>();

  function later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  }

  const deliver = createDelivery(delivery, later);
  return {
    tell(job) {
      if (settings.loseEvents || !wanted.has(job.status)) return;
      const body = JSON.stringify(envelope(delivery.account, job));
      if (settings.eventDelayMs > 0) later(settings.eventDelayMs, () => deliver(body));
      else deliver(body);
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Sends, repeats, and lets neighbours change places. */
function createDelivery(delivery: EventDelivery, later: (ms: number, act: () => void) => void) {
  const { settings } = delivery.misbehaviour;
  let overtaken: string | undefined;

  function send(body: string): void {
    for (let copy = 0; copy <= settings.repeatEvents; copy += 1) delivery.send(body);
  }

  function letOvertakenGo(): void {
    const body = overtaken;
    overtaken = undefined;
    if (body !== undefined) send(body);
  }

  return (body: string): void => {
    if (overtaken === undefined && settings.reorderEvents) {
      overtaken = body;
      later(overtakeMs, letOvertakenGo);
      return;
    }
    send(body);
    letOvertakenGo();
  };
}

function envelope(account: Account, job: Job): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Batch Job State Change',
    source: 'aws.batch',
    account: account.id,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region: account.region,
    resources: [job.arn],
    detail: describeJob(job),
  };
}
