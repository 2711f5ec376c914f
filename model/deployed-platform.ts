import { type Place, shorten, stagePrefix } from './deployed-names.ts';
import { arnOf } from './deployed-uses.ts';

/** What the stage's own things are called after `<project>-<stage>`. What jobs name may not be called so, too. */
export const ownNames = {
  /** The workers: their image, log group, definitions and roles. */
  worker: 'worker',
  /** See {@link PlatformNames}, also of the others. */
  alarmTopic: 'alarms',
  eventQueue: 'events',
  startQueue: 'starts',
  bucket: 'nightshift',
} as const;

/** What all jobs of a stage share. */
export interface PlatformNames {
  /** The ECS cluster of ECS tasks and workers. */
  cluster: string;
  /** The stage's own Batch job queues. */
  jobQueues: { onDemand: string; spot: string };
  /** The SQS queue that EventBridge fills with "this has ended". */
  eventQueue: string;
  /** The SQS queue whose messages start runs. */
  startQueue: string;
  /** The SNS topic of alarms, where the stack's configuration names no other. */
  alarmTopic: string;
  /** The bucket for inputs that do not fit the environment (`inputs/`) and for the resources files (`resources/`). */
  bucket: string;
  /** The namespace of the metrics that workers write to CloudWatch. */
  metrics: string;
}

/** The names of what all jobs of a stage share. */
export function platformNames(place: Place): PlatformNames {
  const prefix = stagePrefix(place);
  return {
    cluster: prefix,
    jobQueues: { onDemand: `${prefix}-on-demand`, spot: `${prefix}-spot` },
    eventQueue: `${prefix}-${ownNames.eventQueue}`,
    startQueue: `${prefix}-${ownNames.startQueue}`,
    alarmTopic: `${prefix}-${ownNames.alarmTopic}`,
    bucket: shorten(`${prefix}-${ownNames.bucket}-${place.accountId}`, 63),
    metrics: `Nightshift/${prefix}`,
  };
}

/** The name of the queue for what cannot be taken from a queue. */
export function deadLetterQueue(queue: string): string {
  return `${queue}-dead`;
}

/** The ARN of the Batch job queue that a task runs on, and of the one that it falls back to. */
export function jobQueueArns(
  place: Place,
  { queue, spot = false }: { queue?: string | undefined; spot?: boolean | undefined },
): string[] {
  const { jobQueues } = platformNames(place);
  if (queue !== undefined) {
    return [place.existing.jobQueues[queue] ?? arnOf(place, 'batch', `job-queue/${stagePrefix(place)}-${queue}`)];
  }
  const own = spot ? [jobQueues.spot, jobQueues.onDemand] : [jobQueues.onDemand];
  return own.map((name) => arnOf(place, 'batch', `job-queue/${name}`));
}

/** What a role in the account is for. */
export type RolePurpose = 'task' | 'execution' | 'build' | 'function';

/** The name of a role of a task; IAM takes 64 characters. */
export function roleName(fullName: string, purpose: RolePurpose): string {
  return shorten(`${fullName}-${purpose}`, 64);
}

/** The name of the role of the workers with these roles (`runs`, `calls`), or of what starts their containers. */
export function workerRoleName(place: Place, of: string): string {
  return shorten(`${stagePrefix(place)}-${ownNames.worker}-${of}`, 64);
}

/** The ARN of a role. */
export function roleArn({ accountId }: Pick<Place, 'accountId'>, name: string): string {
  return `arn:aws:iam::${accountId}:role/${name}`;
}

/** What comes before an app's name in the address of its image. */
export function registryAddress(place: Place): string {
  return `${place.accountId}.dkr.ecr.${place.region}.amazonaws.com/${stagePrefix(place)}`;
}

/** What the image of an app, or of the workers (`worker`), is called: registries take no capitals. */
export function imageName(app: string): string {
  return app.toLowerCase();
}

/** The name of the ECR repository of an app, or of the workers. */
export function repositoryName(place: Pick<Place, 'project' | 'stage'>, app: string): string {
  return `${stagePrefix(place)}/${imageName(app)}`;
}
