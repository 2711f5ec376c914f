import { availableParallelism } from 'node:os';
import { localAccountId } from './account.ts';
import { createBatch } from './batch/batch.ts';
import { createBatchProtocol } from './batch/batch-protocol.ts';
import { createCodeBuild } from './codebuild/codebuild.ts';
import { createEventDelivery } from './events/event-delivery.ts';
import { createJournal, type Journal } from './journal.ts';
import { createLambda } from './lambda/lambda.ts';
import { lambdaProtocol } from './lambda/lambda-protocol.ts';
import { createLocalPages } from './local-pages.ts';
import { createLogsService } from './logs/logs.ts';
import { createLogStore } from './logs/store.ts';
import { createMisbehaviour, type Misbehaviour } from './misbehaviour.ts';
import type { LocalAwsOptions } from './options.ts';
import { createSecrets } from './secrets/secrets.ts';
import { listen } from './server.ts';
import { createSqs } from './sqs/sqs.ts';
import { createWatchdog } from './watchdog.ts';
import { jsonProtocol } from './wire/json-protocol.ts';

export type { Hold, HoldPoint } from './holds.ts';
export type { CallEntry, EndedEntry, Journal, JournalEntry, JournalProcess, StartedEntry } from './journal.ts';
export type { CallRule, JobRule, Misbehaviour, MisbehaviourSettings } from './misbehaviour.ts';
export type { LocalAwsOptions, LocalAwsTimings, LocalBuildProject, LocalFunction, LocalImage } from './options.ts';

/** A local AWS that listens. */
export interface LocalAws {
  /** For the SDK's `endpoint`, e.g. `http://127.0.0.1:40123`. Any credentials do. */
  endpoint: string;
  region: string;
  /** URL of the queue that gets the job state changes; undefined without `eventQueue`. */
  eventQueueUrl: string | undefined;
  journal: Journal;
  misbehave: Misbehaviour;
  /** Kills all tasks, waits until they are gone, and closes. */
  stop(): Promise<void>;
}

/** Starts a local AWS on 127.0.0.1. Rejects when the port is taken or a queue's name is not one. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  let endpoint = '';
  const parts = createParts(options, () => endpoint);
  const { account, batch, codeBuild, events, journal, lambda, machine, misbehaviour, services, sqs, watchdog } = parts;
  const health = () => ({ status: 'ok', region: account.region, jobs: batch.counts() });
  const server = await listen(
    {
      calling: { services, journal, misbehaviour },
      protocols: [jsonProtocol, createBatchProtocol(Object.keys(batch.service.operations)), lambdaProtocol],
      pages: createLocalPages({ journal, misbehaviour, health }),
    },
    options.port ?? 0,
  );
  endpoint = server.endpoint;
  Object.assign(machine, accessVariables(account.region, endpoint));

  async function stop(): Promise<void> {
    misbehaviour.clear();
    sqs.close();
    await server.close();
    events.stop();
    await lambda.stop();
    await codeBuild.stop();
    await batch.stop();
    await watchdog.close();
  }

  let stopped: Promise<void> | undefined;
  return {
    endpoint,
    region: account.region,
    eventQueueUrl: options.eventQueue === undefined ? undefined : sqs.urlOf(options.eventQueue),
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
  const events = createEventDelivery({ account, misbehaviour, send: (body) => void eventQueue?.send(body) });
  const machine = machineVariables();
  const common = { account, logs, journal, misbehaviour, watchdog, machine };
  const killGraceMs = options.timings?.killGraceMs ?? 30_000;
  const batch = createBatch({
    jobQueues: options.jobQueues,
    maxVcpus: options.maxVcpus ?? availableParallelism(),
    events: { delivery: events, statuses: options.eventStatuses ?? ['SUCCEEDED', 'FAILED'] },
    running: {
      ...common,
      images: options.images,
      killGraceMs,
      attemptSecondMs: options.timings?.attemptSecondMs ?? 1_000,
      resolveSecret: secrets.resolve,
    },
  });
  const codeBuild = createCodeBuild({
    projects: options.codeBuildProjects ?? {},
    tokenMs: options.timings?.buildTokenMs ?? 300_000,
    events,
    running: {
      ...common,
      ...{ killGraceMs, resolveSecret: secrets.resolve, maxBuilds: options.maxBuilds ?? 20 },
      minuteMs: options.timings?.buildMinuteMs ?? 60_000,
    },
  });
  const lambda = createLambda({ functions: options.functions ?? {}, running: common });
  const logsService = createLogsService(account, { store: logs, lagMs: () => misbehaviour.settings.logLagMs });
  const services = new Map(
    [batch.service, codeBuild.service, lambda.service, logsService, sqs.service, secrets.service].map((one) => [
      one.name,
      one,
    ]),
  );
  return { account, batch, codeBuild, events, journal, lambda, machine, misbehaviour, services, sqs, watchdog };
}

/**
 * By which programs in tasks, builds and functions find this AWS: where they run for real, region and credentials are
 * there, too. Known once the server listens, and no process starts earlier.
 */
function accessVariables(region: string, endpoint: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}

/** The two variables of this machine that a command needs to be found and to run; no other gets into a task. */
function machineVariables(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', HOME: process.env.HOME ?? '/' };
}
