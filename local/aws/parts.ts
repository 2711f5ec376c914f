import { availableParallelism } from 'node:os';
import { deadLetterQueue } from '../../model/deployed-platform.ts';
import { type Account, arnOf, localAccountId } from './account.ts';
import { type Batch, createBatch } from './batch/batch.ts';
import { createCloudWatch } from './cloudwatch/cloudwatch.ts';
import { createCodeBuild } from './codebuild/codebuild.ts';
import { createContainers } from './containers/containers.ts';
import { processRuntime } from './containers/runtime.ts';
import { sdkVariables } from './containers/sdk-variables.ts';
import { dockerRuntime } from './docker/docker-runtime.ts';
import { createEcs, type Ecs } from './ecs/ecs.ts';
import { createEventDelivery } from './events/event-delivery.ts';
import { askedCalls } from './iam/actions.ts';
import type { IamFacts } from './iam/asked.ts';
import { administratorKey, createIam } from './iam/iam.ts';
import { createJournal } from './journal.ts';
import { createLambda } from './lambda/lambda.ts';
import { createLogsService } from './logs/logs.ts';
import { createLogStore } from './logs/store.ts';
import { createMisbehaviour } from './misbehaviour.ts';
import type { LocalAwsOptions } from './options.ts';
import { createS3 } from './s3/s3.ts';
import { createSecretReader } from './secrets/secret-reader.ts';
import { createSecrets, type Secrets } from './secrets/secrets.ts';
import { createSns } from './sns/sns.ts';
import { createSqs, type Sqs } from './sqs/sqs.ts';
import { createWatchdog } from './watchdog.ts';
import type { WireCall } from './wire/wire-protocol.ts';

/** Everything that a local AWS is made of, wired. `endpoint` is asked for once it listens. */
export async function createParts(options: LocalAwsOptions, endpoint: () => string) {
  const ground = createGround(options, endpoint);
  const { account, events, iam, journal, logs, misbehaviour, readSecret, secrets, sqs, watchdog } = ground;
  const killGraceMs = options.timings?.killGraceMs ?? 30_000;
  const containers = createContainers({
    ...{ account, iam, journal, logs, readSecret },
    runtime:
      options.docker === undefined
        ? processRuntime({ images: options.images, machine: machineVariables(), watchdog })
        : await dockerRuntime(options.docker),
    sdk: (roleArn) => sdkVariables({ endpoint: endpoint(), region: account.region, accessKeyId: iam.keyOf(roleArn) }),
  });
  const batch = createBatch({
    jobQueues: options.jobQueues,
    maxVcpus: options.maxVcpus ?? availableParallelism(),
    events: { delivery: events, statuses: options.eventStatuses ?? ['SUCCEEDED', 'FAILED'] },
    running: {
      ...{ account, containers, misbehaviour, killGraceMs },
      attemptSecondMs: options.timings?.attemptSecondMs ?? 1_000,
    },
  });
  const ecs = createEcs({
    ...{ account, misbehaviour },
    clusters: options.clusters ?? ['default'],
    stoppedTaskMs: options.timings?.stoppedTaskMs ?? 3_600_000,
    running: { containers, killGraceMs },
    events: { delivery: events, statuses: options.taskEventStatuses ?? ['STOPPED'] },
  });
  const { codeBuild, lambda } = createProcessServices(options, ground, endpoint);
  const sns = createSns(account, options.topics ?? []);
  const s3 = createS3(account.region, options.buckets ?? []);
  const logsService = createLogsService(account, { store: logs, lagMs: () => misbehaviour.settings.logLagMs });
  const all = [batch, createCloudWatch(), codeBuild, ecs, lambda, { service: logsService }, s3, secrets, sns, sqs];
  const services = new Map(all.map(({ service }) => [service.name, service]));
  const facts = factsOf({ account, batch, ecs, secrets });
  const authorize = (key: string | undefined, call: WireCall) => iam.refusal(key, askedCalls(call, facts));
  return {
    ...{ account, authorize, batch, codeBuild, containers, ecs, events, iam, journal, lambda, misbehaviour },
    ...{ services, sqs, watchdog },
  };
}

/** What IAM has to know of what there is. */
function factsOf(of: {
  account: Account;
  batch: Pick<Batch, 'tagsOf'>;
  ecs: Pick<Ecs, 'definition'>;
  secrets: Pick<Secrets, 'arnOf'>;
}): IamFacts {
  const { account, batch, ecs, secrets } = of;
  return {
    account,
    jobTags: batch.tagsOf,
    taskDefinition(reference) {
      const known = ecs.definition(reference);
      const meant = reference.startsWith('arn:') ? reference : arnOf(account, 'ecs', `task-definition/${reference}`);
      return {
        arn: known?.arn ?? meant,
        roles: [known?.request.taskRoleArn, known?.request.executionRoleArn],
      };
    },
    secretArn: secrets.arnOf,
  };
}

/** What the services stand on. */
function createGround(options: LocalAwsOptions, endpoint: () => string) {
  const account = { region: options.region ?? 'ap-northeast-1', id: localAccountId };
  const misbehaviour = createMisbehaviour();
  const journal = createJournal();
  const iam = createIam(
    { principals: options.principals ?? {}, administrator: options.accessKeyId ?? administratorKey },
    journal,
  );
  const secrets = createSecrets(account, options.secrets ?? {});
  const sqs = createSqs({ account, endpoint });
  const eventQueue = options.eventQueue === undefined ? undefined : sqs.create(options.eventQueue);
  for (const name of options.queues ?? []) sqs.create(name);
  if (options.startQueue !== undefined) createStartQueue(sqs, options.startQueue, account);
  return {
    account,
    misbehaviour,
    sqs,
    events: createEventDelivery({ account, misbehaviour, send: (body) => void eventQueue?.send(body) }),
    iam,
    journal,
    logs: createLogStore(),
    readSecret: createSecretReader(secrets, iam),
    secrets,
    watchdog: createWatchdog(),
  };
}

/** As it is made in AWS: what was received three times and not deleted goes to a queue for people to look at. */
function createStartQueue(sqs: Sqs, name: string, account: Account) {
  const dead = deadLetterQueue(name);
  sqs.create(dead);
  const deadLetterTargetArn = arnOf(account, 'sqs', dead);
  sqs.create(name, { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }) });
}

/** The services that run processes which are no containers. */
function createProcessServices(
  options: LocalAwsOptions,
  ground: ReturnType<typeof createGround>,
  endpoint: () => string,
) {
  const { account, events, iam, journal, logs, misbehaviour, readSecret, watchdog } = ground;
  const variables = (roleArn: string | undefined) => ({
    ...machineVariables(),
    ...sdkVariables({ endpoint: endpoint(), region: account.region, accessKeyId: iam.keyOf(roleArn) }),
  });
  const running = { account, journal, logs, variables, watchdog };
  const codeBuild = createCodeBuild({
    projects: options.codeBuildProjects ?? {},
    tokenMs: options.timings?.buildTokenMs ?? 300_000,
    events,
    running: {
      ...{ ...running, misbehaviour, readSecret },
      killGraceMs: options.timings?.killGraceMs ?? 30_000,
      minuteMs: options.timings?.buildMinuteMs ?? 60_000,
      maxBuilds: options.maxBuilds ?? 20,
    },
  });
  return { codeBuild, lambda: createLambda({ functions: options.functions ?? {}, running }) };
}

/** The two variables of this machine that a command needs to be found and to run; no other gets into a task. */
function machineVariables(): Record<string, string> {
  return { PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin', HOME: process.env.HOME ?? '/' };
}
