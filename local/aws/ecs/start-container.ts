import type { TaskOverride } from '@aws-sdk/client-ecs';
import type { ContainerStart, Containers } from '../containers/containers.ts';
import type { ContainerLimits } from '../containers/runtime.ts';
import type { Task, TaskContainer } from './task.ts';

/** Starts one container of a task. */
export async function startTaskContainer(
  containers: Containers,
  task: Task,
  container: TaskContainer,
): Promise<ContainerStart> {
  const { definition } = container;
  const { command = [], entryPoint = [], environment = [], image = '', name = '', secrets = [] } = definition;
  if (task.rule?.kind === 'imagePull') {
    return { kind: 'refused', why: 'image', reason: `CannotPullContainerError: there is no image ${image}` };
  }
  return await containers.start({
    owner: { jobId: task.arn, jobName: task.plan.definition.family, attempt: 1, container: name },
    image,
    entryPoint,
    command,
    limits: limitsOf(task, definition),
    environment: { variables: environment, secrets, own: {} },
    log: logPlaceOf(task, container),
    roles: rolesOf(task),
  });
}

/** Of the container where it has some, else of the whole task. */
function limitsOf({ plan: { size } }: Task, { memory }: TaskContainer['definition']): ContainerLimits {
  return { vcpu: Number(size.cpu) / 1_024, memoryMib: memory ?? Number(size.memory) };
}

/** Those of the call win over those of the definition. */
function rolesOf({ plan }: Task): { task: string | undefined; execution: string | undefined } {
  const { taskRoleArn, executionRoleArn } = { ...plan.definition.request, ...given(plan.request.overrides) };
  return { task: taskRoleArn, execution: executionRoleArn };
}

function given({
  taskRoleArn,
  executionRoleArn,
}: TaskOverride = {}): Pick<TaskOverride, 'taskRoleArn' | 'executionRoleArn'> {
  return { ...(taskRoleArn && { taskRoleArn }), ...(executionRoleArn && { executionRoleArn }) };
}

/** `<prefix>/<container>/<task id>`; without a prefix the stream is named by the container's id. No awslogs: no log. */
function logPlaceOf(
  task: Task,
  { definition, runtimeId }: TaskContainer,
): { group: string; stream: string } | undefined {
  const { logDriver, options = {} } = definition.logConfiguration ?? {};
  const group = options['awslogs-group'];
  if (logDriver !== 'awslogs' || group === undefined) return undefined;
  const prefix = options['awslogs-stream-prefix'];
  return { group, stream: prefix === undefined ? runtimeId : `${prefix}/${definition.name}/${task.id}` };
}
