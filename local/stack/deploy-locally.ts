import { BatchClient } from '@aws-sdk/client-batch';
import { ECSClient } from '@aws-sdk/client-ecs';
import type { Resources } from '../../config/resources.ts';
import type { Project } from '../../engine/engine.ts';
import { type DeployedNames, tasksOf } from '../../model/deployed-names.ts';
import type { Job } from '../../model/job.ts';
import { administratorKey } from '../aws/index.ts';
import { localPlace } from './local-place.ts';
import { registerJobDefinition } from './register-job-definition.ts';
import { registerTaskDefinition } from './register-task-definition.ts';

/** Where the local AWS is, and what in it was made at its start. */
export interface LocalPlace {
  aws: {
    region: string;
    endpoint: string;
    accessKeyId?: string;
    eventQueueUrl?: string | undefined;
    startQueueUrl?: string | undefined;
  };
  queues: Resources['batch']['queues'];
  cluster: string;
  /** For inputs that do not fit the environment: a folder, or a bucket that is there. */
  inputs: string | { bucket: string };
}

/**
 * Makes in the local AWS what a deployment makes in AWS: a job definition for each Batch task, a task definition for each
 * ECS task. Builds and functions are there from its start. Gives the resources that a worker needs.
 */
export async function deployLocally(jobs: readonly Job[], project: Project, place: LocalPlace): Promise<Resources> {
  const { region, endpoint, accessKeyId = administratorKey, eventQueueUrl, startQueueUrl } = place.aws;
  const local = localPlace(jobs, project, place.aws);
  const at = { region, endpoint, credentials: { accessKeyId, secretAccessKey: 'local' } };
  const batch = new BatchClient(at);
  const ecs = new ECSClient(at);
  try {
    const definitions: Resources['batch']['definitions'] = {};
    for (const task of tasksOf(jobs, local, 'batch')) {
      definitions[task.key] = await registerJobDefinition(batch, local, task);
    }
    const tasks: NonNullable<Resources['ecs']>['definitions'] = {};
    for (const task of tasksOf(jobs, local, 'ecs')) tasks[task.key] = await registerTaskDefinition(ecs, local, task);
    const network = { subnets: ['subnet-local'], securityGroups: [], assignPublicIp: false };
    return {
      region,
      ...(eventQueueUrl === undefined ? {} : { eventQueueUrl }),
      ...(startQueueUrl === undefined ? {} : { startQueueUrl }),
      batch: { queues: place.queues, definitions },
      ecs: { cluster: place.cluster, network, definitions: tasks },
      codeBuild: {
        projects: byKey(tasksOf(jobs, local, 'codeBuild'), ({ fullName, logGroup }) => ({
          name: fullName,
          logGroup,
        })),
      },
      lambda: { functions: byKey(tasksOf(jobs, local, 'lambda'), ({ fullName }) => ({ name: fullName })) },
      inputs: typeof place.inputs === 'string' ? { folder: place.inputs } : place.inputs,
    };
  } finally {
    batch.destroy();
    ecs.destroy();
  }
}

function byKey<T>(tasks: readonly DeployedNames[], make: (names: DeployedNames) => T): Record<string, T> {
  return Object.fromEntries(tasks.map((task) => [task.key, make(task)]));
}
