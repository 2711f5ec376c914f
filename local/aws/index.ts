import { createBatchProtocol } from './batch/batch-protocol.ts';
import type { Iam } from './iam/iam.ts';
import type { Journal } from './journal.ts';
import { lambdaProtocol } from './lambda/lambda-protocol.ts';
import { createLocalPages } from './local-pages.ts';
import type { Misbehaviour } from './misbehaviour.ts';
import type { LocalAwsOptions } from './options.ts';
import { createParts } from './parts.ts';
import { s3Protocol } from './s3/s3-protocol.ts';
import { listen } from './server.ts';
import { queryProtocol } from './sns/query-protocol.ts';
import { jsonProtocol } from './wire/json-protocol.ts';

export type { Hold, HoldPoint } from './holds.ts';
export { administratorKey } from './iam/iam.ts';
export type {
  CallEntry,
  CheckedEntry,
  EndedEntry,
  Journal,
  JournalEntry,
  JournalProcess,
  StartedEntry,
} from './journal.ts';
export type { CallRule, JobRule, Misbehaviour, MisbehaviourSettings } from './misbehaviour.ts';
export type {
  LocalAwsOptions,
  LocalAwsTimings,
  LocalBuildProject,
  LocalDocker,
  LocalFunction,
  LocalImage,
  LocalImages,
  LocalJobQueue,
  LocalPrincipal,
} from './options.ts';

/** A local AWS that listens. */
export interface LocalAws {
  /** For the SDK's `endpoint`, e.g. `http://127.0.0.1:40123`. Any credentials do; those of `principals` have their rights only. */
  endpoint: string;
  region: string;
  /** URL of the queue that gets the job state changes; undefined without `eventQueue`. */
  eventQueueUrl: string | undefined;
  /** URL of the queue whose messages start runs; undefined without `startQueue`. */
  startQueueUrl: string | undefined;
  journal: Journal;
  misbehave: Misbehaviour;
  iam: Pick<Iam, 'deny' | 'clear'>;
  /** Kills all tasks, waits until they are gone, and closes. */
  stop(): Promise<void>;
}

/** Starts a local AWS on 127.0.0.1, if no other address is named. Rejects when the port is taken, a queue's name is not one, or Docker does not answer. */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  let endpoint = '';
  const parts = await createParts(options, () => options.endpoint ?? endpoint);
  const { account, batch, codeBuild, containers, ecs, events, iam, journal, lambda, misbehaviour } = parts;
  const { authorize, services, sqs, watchdog } = parts;
  const health = () => ({ status: 'ok', region: account.region, jobs: batch.counts() });
  const server = await listen(
    {
      calling: { services, journal, misbehaviour, authorize },
      protocols: [
        ...[jsonProtocol, createBatchProtocol(Object.keys(batch.service.operations))],
        ...[lambdaProtocol, s3Protocol, queryProtocol],
      ],
      pages: createLocalPages({ iam, journal, misbehaviour, services, health }),
      accessKeyId: options.accessKeyId,
    },
    { host: options.host ?? '127.0.0.1', port: options.port ?? 0 },
  );
  endpoint = server.endpoint;

  async function stop(): Promise<void> {
    misbehaviour.clear();
    sqs.close();
    await server.close();
    events.stop();
    // The services let go of their jobs before the containers are killed, so that no death looks like an end.
    await Promise.all([batch.stop(), codeBuild.stop(), ecs.stop(), lambda.stop(), containers.stop()]);
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
    iam,
    stop() {
      stopped ??= stop();
      return stopped;
    },
  };
}
