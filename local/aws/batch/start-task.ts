import { setTimeout as delay } from 'node:timers/promises';
import { localCommand, type Pulled, pullImage } from '../images.ts';
import type { LogGroup, LogStream } from '../logs/store.ts';
import type { JobRule } from '../misbehaviour.ts';
import type { LocalImage } from '../options.ts';
import { startProcess, type TaskProcess } from '../process.ts';
import { type AttemptEnd, startFailure, statusReasons } from './attempt.ts';
import { type ContainerEnvironment, containerEnvironment } from './container-environment.ts';
import type { Job } from './job.ts';
import { limits } from './rules.ts';
import type { Running } from './runner.ts';

/** A process, or the end of an attempt that never got one. */
export type TaskStart = { kind: 'started'; process: TaskProcess } | { kind: 'refused'; end: AttemptEnd };

/** What a start needs: `stopping` says that the local AWS is going away. */
type Starting = Running & { stopping: AbortController };

/** How soon a job whose image is being made is seen to have been ended. */
const lookMs = 50;

/** Starts the process of a job's next attempt, and notes it in the journal. */
export async function startTask(running: Starting, job: Job, rule: JobRule | undefined): Promise<TaskStart> {
  const end = refusalOf(job, rule);
  if (end) return { kind: 'refused', end };
  const pulled = await pullUnlessEnded(running, job);
  if (pulled === undefined) {
    return { kind: 'refused', end: startFailure(job.endRequest?.reason ?? '', { isRetryable: false }) };
  }
  if ('reason' in pulled) return { kind: 'refused', end: notStarted(pulled.reason) };
  const { image } = pulled;
  const environment = containerEnvironment(job, job.attempts.length + 1, { ...running, image });
  if (environment.missingSecret !== undefined)
    return { kind: 'refused', end: missingSecret(environment.missingSecret) };
  try {
    return { kind: 'started', process: await spawnTask(running, job, { image, environment }) };
  } catch (error) {
    return { kind: 'refused', end: notStarted(`CannotStartContainerError: ${(error as Error).message}`) };
  }
}

function refusalOf(job: Job, rule: JobRule | undefined): AttemptEnd | undefined {
  const { container, definition, request } = job.plan;
  if (JSON.stringify(request.containerOverrides ?? {}).length > limits.overrideCharacters) {
    return startFailure(statusReasons.overridesTooLong, { isRetryable: false });
  }
  const isPropagated = request.propagateTags ?? definition.request.propagateTags ?? false;
  const propagated = isPropagated ? definition.tags : {};
  if (Object.keys({ ...propagated, ...job.plan.tags }).length > limits.tags) {
    return startFailure(statusReasons.tooManyTags, { isRetryable: false });
  }
  if (rule?.kind === 'imagePull') return notStarted(`CannotPullContainerError: there is no image ${container.image}`);
  return undefined;
}

/** Undefined when the job is to end, or everything is, before the image is there: making one can take minutes. */
async function pullUnlessEnded({ images, stopping }: Starting, job: Job): Promise<Pulled | undefined> {
  let pulled: Pulled | undefined;
  const pulling = pullImage(images, job.plan.container.image).then((image) => {
    pulled = image;
  });
  while (pulled === undefined && !stopping.signal.aborted && !job.endRequest) {
    const look = new AbortController();
    await Promise.race([pulling, delay(lookMs, undefined, { signal: look.signal }).catch(() => undefined)]);
    look.abort();
  }
  return job.endRequest ? undefined : pulled;
}

function notStarted(reason: string): AttemptEnd {
  return startFailure(statusReasons.notStarted, { reason, isRetryable: true });
}

function missingSecret(valueFrom: string): AttemptEnd {
  const reason = `ResourceInitializationError: unable to pull secrets: there is no secret ${valueFrom}`;
  return startFailure(reason, { reason, isRetryable: true });
}

async function spawnTask(
  running: Running,
  job: Job,
  { image, environment }: { image: LocalImage; environment: ContainerEnvironment },
): Promise<TaskProcess> {
  const command = commandOf(job);
  const { group, stream } = logPlaceOf(running, job);
  const process = await startProcess(
    {
      command: localCommand(image, command),
      directory: image.directory,
      environment: { ...environment.plain, ...environment.secrets },
      onLine: (line) => running.logs.append(group, stream, line),
    },
    running.watchdog,
  );
  job.outcome.logStreamName = stream.name;
  running.journal.write({
    kind: 'started',
    at: Date.now(),
    pid: process.pid,
    jobId: job.id,
    jobName: job.name,
    attempt: job.attempts.length + 1,
    ...(job.index === undefined ? {} : { index: job.index }),
    command,
    environment: environment.plain,
    secretNames: Object.keys(environment.secrets),
  });
  return process;
}

/** The command with its `Ref::name` words replaced by the job's parameters. */
function commandOf(job: Job): string[] {
  const { container, parameters } = job.plan;
  const command = container.command ?? [];
  if (command.length === 0) throw new Error('the job has no command');
  return command.map((word) => (word.startsWith('Ref::') ? (parameters[word.slice('Ref::'.length)] ?? word) : word));
}

/** The stream is named by the definition, or the prefix that it asks for, and the id of the attempt's ECS task. */
function logPlaceOf({ logs }: Running, job: Job): { group: LogGroup; stream: LogStream } {
  const { container, definition } = job.plan;
  const options = container.logConfiguration?.options ?? {};
  const group = logs.ensureGroup(options['awslogs-group'] ?? '/aws/batch/job');
  const prefix = options['awslogs-stream-prefix'] ?? definition.name.slice(0, 200);
  return { group, stream: logs.ensureStream(group, `${prefix}/default/${job.outcome.taskArn?.split('/').at(-1)}`) };
}
