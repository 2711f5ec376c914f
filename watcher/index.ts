import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Client } from '@temporalio/client';
import type { PutMetrics } from '../compute/metrics/put-metrics.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import type { Job } from '../model/job.ts';
import type { DatabaseAddress } from '../store/database-login.ts';
import type { Latches } from '../store/latches/port.ts';
import { listen } from '../store/notify.ts';
import { checkAttempts } from './check-attempts.ts';
import { watchDeadlines } from './deadlines.ts';
import { deliverOutbox } from './deliver.ts';
import { watchExpectedStarts } from './expected-starts.ts';
import { hearEvents } from './hear-events.ts';
import { hearStarts } from './hear-starts.ts';
import { keepLatches } from './keep-latches.ts';
import { keepLocks } from './keep-locks.ts';
import { lookAtExecutions } from './look-at-executions.ts';
import { startLoop } from './loop.ts';
import { reportMetrics } from './report-metrics.ts';
import { type Strangers, sweep } from './sweep.ts';

/** What the watcher needs on top of the engine. */
export interface WatcherDeps {
  engine: WorkerEngine;
  client: Client;
  /** Temporal task queue of the runs. */
  taskQueue: string;
  /** Jobs with a schedule: their starts are expected. */
  scheduledJobs: readonly Job[];
  /** Where notices are listened for. */
  database: DatabaseAddress;
  /** The external stores of locks. */
  latches: Latches;
  /** Null: without events, by polling alone. */
  events: { client: SQSClient; url: string } | null;
  /** Null: no message starts runs. */
  starts: { client: SQSClient; url: string } | null;
  /** Null: nobody is told of the backlog, nor that the watcher is well. */
  putMetrics: PutMetrics | null;
}

/** The running watcher. */
export interface Watcher {
  /** Milliseconds since attempts were last checked and the outbox last delivered, whichever is longer ago. */
  silentMs(): number;
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
    startLoop('watch starts', engine.log, () =>
      watchExpectedStarts({ ...engine, client: deps.client, scheduledJobs: deps.scheduledJobs }),
    ),
  ];
  const silentMs = () => Math.max(attempts.silentMs(), outbox.silentMs());
  const { events, starts, putMetrics } = deps;
  if (putMetrics !== null) {
    const report = { ...delivery, silentMs, put: putMetrics };
    others.push(startLoop('report metrics', engine.log, () => reportMetrics(report)));
  }
  if (starts !== null) {
    const queue = { ...starts, signal: abort.signal };
    const hear = async () => (abort.signal.aborted ? 0 : hearStarts(engine, queue));
    others.push(startLoop('hear starts', engine.log, () => hear().catch((error) => ignoreAbort(abort.signal, error))));
  }
  if (events !== null) {
    const queue = { ...events, signal: abort.signal };
    const hear = async () => (abort.signal.aborted ? 0 : hearEvents(engine, queue));
    others.push(startLoop('hear events', engine.log, () => hear().catch((error) => ignoreAbort(abort.signal, error))));
  }
  const listener = listen(deps.database, {
    notice: (notice) => ({ outbox, attempts, latches })[notice].kick(),
    error: (error) => engine.log.warn('notices interrupted', { error: error.message }),
  });

  return {
    silentMs,
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
