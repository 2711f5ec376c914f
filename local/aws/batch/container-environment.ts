import type { LocalImage } from '../options.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { Job } from './job.ts';
import { computeEnvironmentOf } from './queues.ts';

/** What an attempt's process gets. */
export interface ContainerEnvironment {
  /** All variables but the secrets. */
  plain: Record<string, string>;
  secrets: Record<string, string>;
  /** The `valueFrom` of a secret that does not exist. */
  missingSecret: string | undefined;
}

/** Where the variables come from besides the job. */
export interface EnvironmentSources {
  image: LocalImage;
  /** PATH and HOME of the machine: a container has its own, a process of the machine needs these. */
  machine: Record<string, string>;
  resolveSecret: Secrets['resolve'];
}

/** Builds the environment of a job's attempt; later sources win: machine, image, definition and override, secrets, Batch. */
export function containerEnvironment(job: Job, attempt: number, sources: EnvironmentSources): ContainerEnvironment {
  const { container } = job.plan;
  const variables = (container.environment ?? []).map(({ name = '', value = '' }) => [name, value] as const);
  const secrets = (container.secrets ?? []).map(
    ({ name = '', valueFrom = '' }) => [name, valueFrom, sources.resolveSecret(valueFrom)] as const,
  );
  return {
    plain: {
      ...sources.machine,
      ...sources.image.environment,
      ...Object.fromEntries(variables),
      ...batchVariables(job, attempt),
    },
    secrets: Object.fromEntries(secrets.map(([name, , value]) => [name, value ?? ''])),
    missingSecret: secrets.find(([, , value]) => value === undefined)?.[1],
  };
}

function batchVariables(job: Job, attempt: number): Record<string, string> {
  const { queueName } = job.plan;
  const child =
    job.index === undefined
      ? {}
      : {
          AWS_BATCH_JOB_ARRAY_INDEX: String(job.index),
          AWS_BATCH_JOB_ARRAY_SIZE: String(job.parent?.array?.size ?? ''),
        };
  return {
    AWS_BATCH_JOB_ID: job.id,
    AWS_BATCH_JOB_ATTEMPT: String(attempt),
    AWS_BATCH_JQ_NAME: queueName,
    AWS_BATCH_CE_NAME: computeEnvironmentOf(queueName),
    ...child,
  };
}
