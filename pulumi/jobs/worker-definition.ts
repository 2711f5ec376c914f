import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { memoryMib } from '../../model/size.ts';
import { logConfiguration } from './container-definition.ts';

/** What {@link createWorkerDefinition} needs. */
export interface WorkerDefinitionArgs {
  family: string;
  region: string;
  image: string;
  /** What the process does: `runs`, `calls`. */
  roles: readonly string[];
  vcpu: number;
  memory: string;
  variables: Record<string, pulumi.Input<string>>;
  /** Variables that AWS fills: ARN, and for one of several values in a secret its key. */
  secrets: Record<string, string>;
  taskRole: pulumi.Input<string>;
  executionRole: pulumi.Input<string>;
  logGroup: string;
  parent: pulumi.Resource;
  /** What has to be there before the container starts. */
  dependsOn: pulumi.Resource[];
}

/** The container in which a worker, or one command of it, runs. */
export const workerContainer = 'worker';

/** The task definition of workers with some roles. */
export function createWorkerDefinition(name: string, args: WorkerDefinitionArgs): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition(
    name,
    {
      ...{ family: args.family, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'] },
      ...{ cpu: String(args.vcpu * 1_024), memory: String(memoryMib(args.memory)) },
      ...{ taskRoleArn: args.taskRole, executionRoleArn: args.executionRole },
      runtimePlatform: { operatingSystemFamily: 'LINUX', cpuArchitecture: 'X86_64' },
      containerDefinitions: pulumi.jsonStringify([containerOf(args)]),
      // For a rollback by hand.
      skipDestroy: true,
    },
    { parent: args.parent, dependsOn: args.dependsOn },
  );
}

function containerOf(args: WorkerDefinitionArgs) {
  return {
    name: workerContainer,
    image: args.image,
    essential: true,
    command: ['worker', '--roles', ...args.roles],
    readonlyRootFilesystem: true,
    linuxParameters: { initProcessEnabled: true },
    // The longest that Fargate gives: functions that run may end by themselves.
    stopTimeout: 120,
    // Without it a worker that starts and cannot work would count as deployed.
    healthCheck: {
      command: ['CMD', 'node', 'node_modules/nightshift/bin/health.js'],
      ...{ interval: 15, timeout: 5, retries: 3, startPeriod: 60 },
    },
    environment: sorted(args.variables).map(([name, value]) => ({ name, value })),
    secrets: sorted(args.secrets).map(([name, valueFrom]) => ({ name, valueFrom })),
    logConfiguration: logConfiguration(args, { group: args.logGroup, stream: 'worker' }),
  };
}

/** By name: another order would be a new revision. */
function sorted<T>(record: Record<string, T>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
