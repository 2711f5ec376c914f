import type { Containers } from '../containers/containers.ts';
import type { Container } from '../containers/live-container.ts';
import type { JobRule } from '../misbehaviour.ts';
import { type AttemptEnd, startFailure, statusReasons } from './attempt.ts';
import { batchVariables } from './batch-variables.ts';
import type { Job } from './job.ts';
import { limits } from './rules.ts';

/** A container, or the end of an attempt that never got one. */
export type TaskStart = { kind: 'started'; container: Container } | { kind: 'refused'; end: AttemptEnd };

/** Starts the container of a job's next attempt. */
export async function startTask(containers: Containers, job: Job, rule: JobRule | undefined): Promise<TaskStart> {
  const end = refusalOf(job, rule);
  if (end) return { kind: 'refused', end };
  const { container } = job.plan;
  const attempt = job.attempts.length + 1;
  const log = logPlaceOf(job);
  const start = await containers.start({
    owner: { jobId: job.id, jobName: job.name, attempt, ...(job.index === undefined ? {} : { index: job.index }) },
    image: container.image ?? '',
    command: commandOf(job),
    limits: { vcpu: job.plan.vcpus, memoryMib: memoryOf(job) },
    environment: {
      variables: container.environment ?? [],
      secrets: container.secrets ?? [],
      own: batchVariables(job, attempt),
    },
    log,
    roles: { task: container.jobRoleArn, execution: container.executionRoleArn },
    isWanted: () => job.endRequest === undefined,
  });
  if (start.kind === 'refused' && job.endRequest) {
    return { kind: 'refused', end: startFailure(job.endRequest.reason, { isRetryable: false }) };
  }
  if (start.kind === 'started') {
    job.outcome.logStreamName = log.stream;
    return start;
  }
  const { why, reason } = start;
  const statusReason = why === 'resources' ? reason : statusReasons.notStarted;
  return { kind: 'refused', end: startFailure(statusReason, { reason, isRetryable: true }) };
}

function refusalOf(job: Job, rule: JobRule | undefined): AttemptEnd | undefined {
  const { container, definition, request } = job.plan;
  if (JSON.stringify(request.containerOverrides ?? request.nodeOverrides ?? {}).length > limits.overrideCharacters) {
    return startFailure(statusReasons.overridesTooLong, { isRetryable: false });
  }
  const isPropagated = request.propagateTags ?? definition.request.propagateTags ?? false;
  const propagated = isPropagated ? definition.tags : {};
  if (Object.keys({ ...propagated, ...job.plan.tags }).length > limits.tags) {
    return startFailure(statusReasons.tooManyTags, { isRetryable: false });
  }
  if (rule?.kind === 'imagePull') {
    const reason = `CannotPullContainerError: there is no image ${container.image}`;
    return startFailure(statusReasons.notStarted, { reason, isRetryable: true });
  }
  return undefined;
}

/** The command with its `Ref::name` words replaced by the job's parameters. */
function commandOf(job: Job): string[] {
  const { container, parameters } = job.plan;
  const command = container.command ?? [];
  return command.map((word) => (word.startsWith('Ref::') ? (parameters[word.slice('Ref::'.length)] ?? word) : word));
}

function memoryOf({ plan: { container } }: Job): number | undefined {
  const asked = container.resourceRequirements?.find(({ type }) => type === 'MEMORY')?.value ?? container.memory;
  return asked === undefined ? undefined : Number(asked);
}

/** The stream is named by the definition, or the prefix that it asks for, and the id of the attempt's ECS task. */
function logPlaceOf(job: Job): { group: string; stream: string } {
  const { container, definition } = job.plan;
  const options = container.logConfiguration?.options ?? {};
  const prefix = options['awslogs-stream-prefix'] ?? definition.name.slice(0, 200);
  return {
    group: options['awslogs-group'] ?? '/aws/batch/job',
    stream: `${prefix}/default/${job.outcome.taskArn?.split('/').at(-1)}`,
  };
}
