import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import type { WorkerEngine } from '../engine/engine.ts';
import type { Latches } from '../store/latches/port.ts';
import { listen } from '../store/notify.ts';
import { checkAttempts } from './check-attempts.ts';
import { watchDeadlines } from './deadlines.ts';
import { deliverOutbox } from './deliver.ts';
import { hearEvents } from './hear-events.ts';
import { keepLatches } from './keep-latches.ts';
import { keepLocks } from './keep-locks.ts';
import { lookAtExecutions } from './look-at-executions.ts';
import { startLoop } from './loop.ts';
import { type Strangers, sweep } from './sweep.ts';

/** What the watcher needs on top of the engine. */
export interface WatcherDeps {
  engine: WorkerEngine;
  client: Client;
  /** Temporal task queue of the runs. */
  taskQueue: string;
  /** For the connection that hears notices. */
  databaseUrl: string;
  /** The external stores of locks. */
  latches: Latches;
  /** Null: without events, by polling alone. */
  events: { client: SQSClient; url: string } | null;
}

/** The running watcher. */
export interface Watcher {
  /** Ends after the present cycles; what they had claimed is free again. */
  stop(): Promise<void>;
}

/**
 * Starts the loops that find out how attempts end and keep all promises that outlive a workflow. One in every worker
 * process: they share the work by claiming rows.
 */
export function startWatcher(deps: WatcherDeps): Watcher {
  const { engine } = deps;
  const delivery = { ...engine, client: deps.client, taskQueue: deps.taskQueue };
  const strangers: Strangers = new Map();
  const abort = new AbortController();

  const attempts = startLoop('check attempts', engine.log, () => checkAttempts(engine));
  const outbox = startLoop('deliver outbox', engine.log, () => deliverOutbox(delivery));
  const latches = startLoop('keep latches', engine.log, () => keepLatches({ ...engine, latches: deps.latches }));
  const others = [
    startLoop('watch deadlines', engine.log, () => watchDeadlines(engine)),
    startLoop('look at executions', engine.log, () => lookAtExecutions(delivery)),
    startLoop('keep locks', engine.log, () => keepLocks(engine)),
    latches,
    startLoop('sweep', engine.log, () => sweep(engine, strangers)),
  ];
  const { events } = deps;
  if (events !== null) {
    const queue = { ...events, signal: abort.signal };
    const hear = async () => (abort.signal.aborted ? 0 : hearEvents(engine, queue));
    others.push(startLoop('hear events', engine.log, () => hear().catch((error) => ignoreAbort(abort.signal, error))));
  }
  const listener = listen(deps.databaseUrl, {
    notice: (notice) => ({ outbox, attempts, latches })[notice].kick(),
    error: (error) => engine.log.warn('notices interrupted', { error: error.message }),
  });

  return {
    async stop() {
      const stopping = [attempts, outbox, ...others].map((loop) => loop.stop());
      abort.abort();
      await Promise.all(stopping);
      await listener.close();
    },
  };
}

function ignoreAbort(signal: AbortSignal, error: unknown): number {
  if (signal.aborted) return 0;
  throw error;
}
