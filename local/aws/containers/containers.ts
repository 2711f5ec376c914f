import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account.ts';
import type { Iam } from '../iam/iam.ts';
import { logStreamArn } from '../iam/storage-actions.ts';
import type { JournalWriter } from '../journal.ts';
import type { LogStore } from '../logs/store.ts';
import type { ReadSecret } from '../secrets/secret-reader.ts';
import { type AskedEnvironment, type ContainerEnvironment, containerEnvironment } from './container-environment.ts';
import { type Container, type ContainerOwner, liveContainer, markOf } from './live-container.ts';
import type { ContainerLimits, ContainerRuntime, Pulled, RunnableImage } from './runtime.ts';

/** What containers are run with. */
export interface ContainerHost {
  account: Account;
  iam: Iam;
  runtime: ContainerRuntime;
  /** What lets an SDK in a container reach the local AWS as a role; known once it listens. */
  sdk(roleArn: string | undefined): Record<string, string>;
  readSecret: ReadSecret;
  logs: LogStore;
  journal: JournalWriter;
}

/** What to run, for whom, and where its output goes. */
export interface ContainerRequest {
  owner: ContainerOwner;
  image: string;
  /** In place of the image's own. Default: that. */
  entryPoint?: string[];
  command: string[];
  /** Default: none. */
  limits?: ContainerLimits;
  environment: AskedEnvironment;
  /** ARNs of the role that the program has, and of the one by which AWS starts it. Default: none, which may do everything. */
  roles: { task: string | undefined; execution: string | undefined };
  /** Log group and stream; undefined: the output is dropped. */
  log: { group: string; stream: string } | undefined;
  /** Asked while an image is being made, which can take minutes. False: it is given up. Default: it is waited for. */
  isWanted?: () => boolean;
}

/** A container, or why there is none: AWS's words. */
export type ContainerStart =
  | { kind: 'started'; container: Container }
  | { kind: 'refused'; why: 'image' | 'resources' | 'start'; reason: string };

/** All containers of all services. */
export interface Containers {
  start(request: ContainerRequest): Promise<ContainerStart>;
  /** Kills everything and resolves when it is gone; what is started from now on is killed at once. */
  stop(): Promise<void>;
}

/** How soon a container whose image is being made is seen to be unwanted. */
const lookMs = 50;

/** Makes a host with nothing running. */
export function createContainers(host: ContainerHost): Containers {
  const live = new Set<Container>();
  const starting = new Set<Promise<ContainerStart>>();
  let isStopping = false;

  async function startNow(request: ContainerRequest): Promise<ContainerStart> {
    const isWanted = () => !isStopping && (request.isWanted?.() ?? true);
    const start = await startContainer(host, { ...request, isWanted });
    if (start.kind === 'refused') return start;
    const { container } = start;
    live.add(container);
    void container.ended.then(() => live.delete(container));
    if (isStopping) container.kill();
    return start;
  }

  return {
    start(request) {
      const started = startNow(request).finally(() => starting.delete(started));
      starting.add(started);
      return started;
    },
    async stop() {
      isStopping = true;
      const groups = new Set([...live].map((container) => container.pid));
      for (const container of live) container.kill();
      await Promise.all(starting);
      await Promise.all([...live].map((container) => container.ended));
      await host.runtime.clear(host.journal.processes(), groups);
    },
  };
}

async function startContainer(host: ContainerHost, request: ContainerRequest): Promise<ContainerStart> {
  const pulled = await pullWhileWanted(host, request);
  if ('reason' in pulled) return { kind: 'refused', why: 'image', reason: pulled.reason };
  const { image } = pulled;
  const environment = containerEnvironment(request.environment, {
    ...{ machine: host.runtime.base, image: image.environment, readSecret: host.readSecret },
    sdk: host.sdk(request.roles.task),
    executionRole: request.roles.execution,
  });
  const missing = unreadableSecret(environment) ?? unwritableLog(host, request);
  if (missing !== undefined) {
    return { kind: 'refused', why: 'resources', reason: `ResourceInitializationError: ${missing}` };
  }
  try {
    return { kind: 'started', container: await spawnContainer(host, { ...request, image }, environment) };
  } catch (error) {
    return { kind: 'refused', why: 'start', reason: `CannotStartContainerError: ${(error as Error).message}` };
  }
}

function unreadableSecret({ unreadable }: ContainerEnvironment): string | undefined {
  return unreadable === undefined ? undefined : `unable to pull secrets: ${unreadable}`;
}

function unwritableLog({ account, iam }: ContainerHost, { log, roles }: ContainerRequest): string | undefined {
  if (log === undefined) return undefined;
  const resource = logStreamArn(account, log.group, log.stream);
  const refusal = iam.refusal(iam.keyOf(roles.execution), [{ action: 'logs:CreateLogStream', resource }]);
  return refusal && `failed to create Cloudwatch log stream: AccessDeniedException: ${refusal}`;
}

/** Gives up when nobody wants the container any more. */
async function pullWhileWanted(host: ContainerHost, request: ContainerRequest): Promise<Pulled> {
  let pulled: Pulled | undefined;
  const pulling = host.runtime.pull(request.image).then((image) => {
    pulled = image;
  });
  while (pulled === undefined && (request.isWanted?.() ?? true)) {
    const look = new AbortController();
    await Promise.race([pulling, delay(lookMs, undefined, { signal: look.signal }).catch(() => undefined)]);
    look.abort();
  }
  return pulled ?? { reason: 'CannotPullContainerError: stopped while the image was being made' };
}

async function spawnContainer(
  { journal, logs }: ContainerHost,
  request: Omit<ContainerRequest, 'image'> & { image: RunnableImage },
  environment: ContainerEnvironment,
): Promise<Container> {
  const { owner, entryPoint = [], command, image, limits = {} } = request;
  const group = request.log && logs.ensureGroup(request.log.group);
  const stream = group && request.log && logs.ensureStream(group, request.log.stream);
  const process = await image.start({
    ...{ entryPoint, command, limits },
    environment: { ...environment.plain, ...environment.secrets },
    mark: markOf(owner),
    onLine: (line) => void (group && stream && logs.append(group, stream, line)),
  });
  journal.write({
    kind: 'started',
    at: Date.now(),
    pid: process.pid,
    ...owner,
    command: [...entryPoint, ...command],
    environment: environment.plain,
    secretNames: Object.keys(environment.secrets),
  });
  return liveContainer(process, owner, journal);
}
