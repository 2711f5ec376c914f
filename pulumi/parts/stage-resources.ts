import type * as pulumi from '@pulumi/pulumi';
import { type DeployedNames, tasksOf } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import type { Job } from '../../model/job.ts';
import type { JobDefinitions } from '../jobs/job-definitions.ts';
import { tasksWithImage } from '../jobs/stage-tasks.ts';
import type { TaskDefinitions } from '../jobs/task-definitions.ts';
import type { Stage } from '../stage.ts';
import type { Below } from './jobs-part.ts';

/** What the tasks of jobs run in. */
export interface Made {
  definitions: JobDefinitions;
  tasks: TaskDefinitions;
}

/**
 * What workers are told of a stage, by file: put together it is the same record that local mode writes, with the names
 * of this stage. A job's file holds what is deployed for its tasks.
 */
export function resourcesOf(stage: Stage, below: Below, made: Made): Record<string, pulumi.Input<object>> {
  const inAws = stage.jobs.filter(({ tasks }) => Object.values(tasks).some(({ kind }) => kind !== 'function'));
  const ofJobs = inAws.map((job) => [`job-${job.id}`, resourcesOfJob(stage, job, made)] as const);
  return { stage: resourcesOfStage(stage, below), ...Object.fromEntries(ofJobs) };
}

function resourcesOfStage({ place }: Stage, { data, platform }: Below): pulumi.Input<object> {
  const { onDemandQueue: onDemand, spotQueue: spot } = platform;
  return {
    ...{ region: place.region, accountId: place.accountId },
    ...{ eventQueueUrl: platform.eventQueueUrl, startQueueUrl: platform.startQueueUrl },
    batch: { queues: { ...place.existing.jobQueues, onDemand, spot }, definitions: {} },
    ecs: {
      cluster: platform.cluster,
      network: { subnets: data.subnetIds, securityGroups: [data.taskGroup], assignPublicIp: false },
      definitions: {},
    },
    ...{ codeBuild: { projects: {} }, lambda: { functions: {} } },
    inputs: { bucket: data.bucket },
    metrics: { namespace: platformNames(place).metrics },
  };
}

function resourcesOfJob(stage: Stage, job: Job, { definitions, tasks }: Made): pulumi.Input<object> {
  const ofJob = <T>(byTask: Record<string, T>) =>
    Object.fromEntries(Object.entries(byTask).filter(([key]) => key.startsWith(`${job.id}/`)));
  const builds = tasksOf([job], stage.place, 'codeBuild');
  const functions = tasksWithImage(stage, 'lambda').map(({ task }) => task);
  return {
    batch: { definitions: ofJob(definitions.byTask) },
    ecs: { definitions: ofJob(tasks.byTask) },
    codeBuild: { projects: byKey(builds, ({ fullName, logGroup }) => ({ name: fullName, logGroup })) },
    lambda: { functions: ofJob(byKey(functions, ({ fullName }) => ({ name: fullName }))) },
  };
}

function byKey<T>(tasks: readonly DeployedNames[], make: (names: DeployedNames) => T): Record<string, T> {
  return Object.fromEntries(tasks.map((task) => [task.key, make(task)]));
}
