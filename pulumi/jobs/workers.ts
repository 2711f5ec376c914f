import { createHash } from 'node:crypto';
import * as pulumi from '@pulumi/pulumi';
import { stagePrefix } from '../../model/deployed-names.ts';
import { platformNames, workerRoleName } from '../../model/deployed-platform.ts';
import { callQueueOf } from '../../model/settings.ts';
import { workerLogGroup } from '../../rights/derive-rights.ts';
import { WorkerAlarms } from '../alarms/worker-alarms.ts';
import { DeployTask } from '../deploy-task/deploy-task.ts';
import type { Stage } from '../stage.ts';
import type { Roles } from './roles.ts';
import { createWorkerDefinition, workerContainer } from './worker-definition.ts';
import { WorkerService } from './worker-service.ts';
import { type WorkerPlaces, workerSecrets, workerVariables } from './worker-settings.ts';

/** What {@link Workers} is made from. */
export interface WorkersArgs {
  stage: Stage;
  image: string;
  roles: Roles;
  places: WorkerPlaces;
  cluster: pulumi.Input<string>;
  subnetIds: pulumi.Input<string[]>;
  securityGroup: pulumi.Input<string>;
  alarmTopic: pulumi.Input<string>;
  /** The workers' log group. */
  logGroups: pulumi.Resource;
  /** What tells them what was deployed. */
  files: pulumi.Resource;
}

/** A service of workers: what its processes do, and the Temporal task queues that they serve. */
interface Pool {
  pool: string;
  roles: string[];
  taskQueues: string[];
}

/** The workers: first the database and the schedules are brought up to their code, then they are replaced one by one. */
export class Workers extends pulumi.ComponentResource {
  constructor(name: string, args: WorkersArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Workers', name, {}, opts);
    const pools = poolsOf(args.stage).map((pool) => ({ ...pool, definition: this.define(pool, args) }));
    const [first] = pools;
    if (first === undefined) throw new Error('There is no pool of workers');
    const prepared = this.prepare(name, first.definition, args);
    for (const pool of pools) this.serve(pool, { args, dependsOn: [prepared, args.files] });
    this.registerOutputs({});
  }

  private define({ pool, roles }: Pool, args: WorkersArgs): pulumi.Output<string> {
    const { stage, image, places } = args;
    const { place, config } = stage;
    const { vcpu, memory } = config.workers;
    const prefix = stagePrefix(place);
    return createWorkerDefinition(`${prefix}-worker-${pool}`, {
      ...{ family: `${prefix}-worker-${pool}`, region: place.region, image, roles, vcpu, memory },
      ...{ variables: workerVariables(place, config, places), secrets: workerSecrets(config) },
      taskRole: args.roles.arn(workerRoleName(place, roles[0] ?? 'runs')),
      executionRole: args.roles.arn(workerRoleName(place, 'execution')),
      ...{ logGroup: workerLogGroup(place), parent: this, dependsOn: [args.logGroups, args.roles] },
    }).arn;
  }

  private prepare(name: string, definition: pulumi.Output<string>, args: WorkersArgs): DeployTask {
    const { stage, cluster, subnetIds, securityGroup } = args;
    const { place } = stage;
    return new DeployTask(
      `${name}-prepare`,
      {
        ...{ region: place.region, cluster, definition, container: workerContainer },
        ...{ subnets: subnetIds, securityGroups: [securityGroup], logGroup: workerLogGroup(place) },
        // Also where EventBridge keeps the schedules: Temporal may still have those of before.
        commands: [['migrate'], ['schedules', 'sync']],
        mark: markOf(args),
      },
      { parent: this },
    );
  }

  private serve(
    { pool, roles, taskQueues, definition }: Pool & { definition: pulumi.Output<string> },
    { args, dependsOn }: { args: WorkersArgs; dependsOn: pulumi.Resource[] },
  ): void {
    const { stage, cluster, subnetIds, securityGroup, alarmTopic } = args;
    const { count, most } = stage.config.workers;
    const prefix = stagePrefix(stage.place);
    const namespace = platformNames(stage.place).metrics;
    const { service } = new WorkerService(
      `worker-${pool}`,
      {
        ...{ service: `${prefix}-worker-${pool}`, cluster, definition, subnetIds, securityGroup },
        ...{ least: count, most, backlog: { taskQueues, namespace } },
      },
      { parent: this, dependsOn },
    );
    const alarms = { prefix: `${prefix}-worker-${pool}`, cluster, service, taskQueues, namespace, topic: alarmTopic };
    new WorkerAlarms(`worker-${pool}-alarms`, { ...alarms, watches: roles.includes('runs') }, { parent: this });
  }
}

function poolsOf({ place, config }: Stage): Pool[] {
  const taskQueue = stagePrefix(place);
  const callQueue = callQueueOf(taskQueue);
  if (!config.workers.split) return [{ pool: 'all', roles: ['runs', 'calls'], taskQueues: [taskQueue, callQueue] }];
  return [
    { pool: 'runs', roles: ['runs'], taskQueues: [taskQueue] },
    { pool: 'calls', roles: ['calls'], taskQueues: [callQueue] },
  ];
}

/** Another image brings migrations, and the schedules of the jobs in it; the stage's configuration says who keeps them. */
function markOf({ image, stage }: WorkersArgs): string {
  return createHash('sha256')
    .update(JSON.stringify([image, stage.config.schedules]))
    .digest('hex')
    .slice(0, 16);
}
