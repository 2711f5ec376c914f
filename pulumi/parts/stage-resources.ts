import * as pulumi from '@pulumi/pulumi';
import type { Resources } from '../../config/resources.ts';
import { type DeployedNames, tasksOf } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import type { JobDefinitions } from '../jobs/job-definitions.ts';
import { tasksWithImage } from '../jobs/stage-tasks.ts';
import type { TaskDefinitions } from '../jobs/task-definitions.ts';
import type { Stage } from '../stage.ts';
import type { Below } from './jobs-part.ts';

/** The resources file's content: the same record that local mode writes, with the names of this stage. */
export function resourcesOf(
  stage: Stage,
  { data, platform, definitions, tasks }: Below & { definitions: JobDefinitions; tasks: TaskDefinitions },
): pulumi.Output<Resources> {
  const { place, jobs } = stage;
  const { onDemandQueue: onDemand, spotQueue: spot } = platform;
  return pulumi.output({
    region: place.region,
    accountId: place.accountId,
    eventQueueUrl: platform.eventQueueUrl,
    startQueueUrl: platform.startQueueUrl,
    batch: { queues: { ...place.existing.jobQueues, onDemand, spot }, definitions: definitions.byTask },
    ecs: {
      cluster: platform.cluster,
      network: { subnets: data.subnetIds, securityGroups: [data.taskGroup], assignPublicIp: false },
      definitions: tasks.byTask,
    },
    codeBuild: {
      projects: byKey(tasksOf(jobs, place, 'codeBuild'), ({ fullName, logGroup }) => ({ name: fullName, logGroup })),
    },
    lambda: {
      functions: byKey(
        tasksWithImage(stage, 'lambda').map(({ task }) => task),
        ({ fullName }) => ({ name: fullName }),
      ),
    },
    inputs: { bucket: data.bucket },
    metrics: { namespace: platformNames(place).metrics },
  });
}

function byKey<T>(tasks: readonly DeployedNames[], make: (names: DeployedNames) => T): Record<string, T> {
  return Object.fromEntries(tasks.map((task) => [task.key, make(task)]));
}
