import { availableParallelism } from 'node:os';
import { type Account, arnOf, localAccountId } from './account.ts';
import { createBatch } from './batch/batch.ts';
import { batchPaths } from './http-protocol.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLocalPages } from './local-pages.ts';
import { createLogsService } from './logs/logs.ts';
import { createLogStore } from './logs/store.ts';
import { createMisbehaviour, type Misbehaviour } from './misbehaviour.ts';
import type { LocalAwsOptions } from './options.ts';
import { createSecrets } from './secrets/secrets.ts';
import { listen } from './server.ts';
import { createSqs, type Sqs } from './sqs/sqs.ts';
import { createWatchdog } from './watchdog.ts';

export type { Hold, HoldPoint } from './holds.ts';
export type { CallEntry, EndedEntry, Journal, JournalEntry, JournalProcess, StartedEntry } from './journal.ts';
export type { CallRule, JobRule, Misbehaviour, MisbehaviourSettings } from './misbehaviour.ts';
export type { LocalAwsOptions, LocalAwsTimings, LocalImage } from './options.ts';

/** A local AWS that listens. */
export interface LocalAws {
  /** For the SDK's `endpoint`, e.g. `http://127.0.0.1:40123`. Any credentials do. */
  endpoint: string;
  region: string;
  /** URL of the queue that gets the job state changes; undefined without `eventQueue`. */
  eventQueueUrl: string | undefined;
  /** URL of the queue whose messages start runs; undefined without `startQueue`. */
  startQueueUrl: string | undefined;
  journal: Journal;
  misbehave: Misbehaviour;
  /** Kills all tasks, waits until they are gone, and closes. */
  stop(): Promise<void>;
}

/** Starts a local AWS on 127.0.0.1. Rejects when the port is taken or a queue's name is not one. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  let endpoint = '';
  const parts = createParts(options, () => endpoint);
  const { account, batch, journal, misbehaviour, services, sqs, watchdog } = parts;
  const health = () => ({ status: 'ok', region: account.region, jobs: batch.counts() });
  const server = await listen(
    {
      calling: { services, journal, misbehaviour },
      paths: batchPaths(Object.keys(batch.service.operations)),
      pages: createLocalPages({ journal, misbehaviour, health }),
    },
    options.port ?? 0,
  );
  endpoint = server.endpoint;

  async function stop(): Promise<void> {
    misbehaviour.clear();
    sqs.close();
    await server.close();
    await batch.stop();
    await watchdog.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    endpoint,
    region: account.region,
    eventQueueUrl: options.eventQueue === undefined ? undefined : sqs.urlOf(options.eventQueue),
    startQueueUrl: options.startQueue === undefined ? undefined : sqs.urlOf(options.startQueue),
    journal,
    misbehave: misbehaviour,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}

function createParts(options: LocalAwsOptions, endpoint: () => string) {
  const account = { region: options.region ?? 'ap-northeast-1', id: localAccountId };
  const journal = createJournal();
  const misbehaviour = createMisbehaviour();
  const watchdog = createWatchdog();
  const logs = createLogStore();
  const secrets = createSecrets(account, options.secrets ?? {});
  const sqs = createSqs({ account, endpoint });
  const eventQueue = options.eventQueue === undefined ? undefined : sqs.create(options.eventQueue);
  if (options.startQueue !== undefined) createStartQueue(sqs, options.startQueue, account);
  const batch = createBatch({
    jobQueues: options.jobQueues,
    maxVcpus: options.maxVcpus ?? availableParallelism(),
    events: {
      account,
      statuses: options.eventStatuses ?? ['SUCCEEDED', 'FAILED'],
      misbehaviour,
      send: (body) => void eventQueue?.send(body),
    },
    running: {
      ...{ account, logs, journal, misbehaviour, watchdog },
      images: options.images,
      machine: machineVariables(),
      killGraceMs: options.timings?.killGraceMs ?? 30_000,
      attemptSecondMs: options.timings?.attemptSecondMs ?? 1_000,
      resolveSecret: secrets.resolve,
    },
  });
  const logsService = createLogsService(account, { store: logs, lagMs: () => misbehaviour.settings.logLagMs });
  const services = new Map([batch.service, logsService, sqs.service, secrets.service].map((one) => [one.name, one]));
  return { account, batch, journal, misbehaviour, services, sqs, watchdog };
}

/** As it is made in AWS: what was received three times and not deleted goes to a queue for people to look at. */
function createStartQueue(sqs: Sqs, name: string, account: Account) {
  sqs.create(`${name}-dead`);
  const deadLetterTargetArn = arnOf(account, 'sqs', `${name}-dead`);
  sqs.create(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) });
}

/** The two variables of this machine that a command needs to be found and to run; nothing else gets into a task. */
function machineVariables(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', HOME: process.env.HOME ?? '/' };
}
