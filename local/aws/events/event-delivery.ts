import { randomUUID } from 'node:crypto';
import type { Account } from '../account.ts';
import type { Misbehaviour } from '../misbehaviour.ts';

/** A change that a service tells of. */
export interface StateChange {
  /** E.g. `aws.batch`. */
  source: string;
  /** E.g. `Batch Job State Change`. */
  detailType: string;
  /** ARNs of what has changed. */
  resources: string[];
  /** The state at this moment: it is written down before the event waits for anything. */
  detail: object;
}

/** Carries state changes to a queue, as an EventBridge rule with an SQS target does; for all services together. */
export interface EventDelivery {
  /** Tells of a change that the service's rule lets through. */
  tell(change: StateChange): void;
  /** Drops what is delayed, and tells nothing any more. */
  stop(): void;
}

/** What the delivery needs. */
export interface EventSurroundings {
  account: Account;
  misbehaviour: Pick<Misbehaviour, 'settings'>;
  send(body: string): void;
}

/** How long a reordered event waits for one that could overtake it. */
const overtakeMs = 100;

/** Makes the delivery. */
export function createEventDelivery(surroundings: EventSurroundings): EventDelivery {
  const { settings } = surroundings.misbehaviour;
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;

  function later(ms: number, act: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, ms);
    timers.add(timer);
  }

  const deliver = createSender(surroundings, later);
  return {
    tell(change) {
      if (isStopped || settings.loseEvents) return;
      const body = JSON.stringify(envelope(surroundings.account, change));
      if (settings.eventDelayMs > 0) later(settings.eventDelayMs, () => deliver(body));
      else deliver(body);
    },
    stop() {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

/** Sends, repeats, and lets neighbours change places. */
function createSender(surroundings: EventSurroundings, later: (ms: number, act: () => void) => void) {
  const { settings } = surroundings.misbehaviour;
  let overtaken: string | undefined;

  function send(body: string): void {
    for (let copy = 0; copy <= settings.repeatEvents; copy += 1) surroundings.send(body);
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

function envelope(account: Account, change: StateChange): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': change.detailType,
    source: change.source,
    account: account.id,
    time: `${new Date().toISOString().slice(0, 19)}Z`,
    region: account.region,
    resources: change.resources,
    detail: change.detail,
  };
}
