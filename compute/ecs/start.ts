import { type Failure, RunTaskCommand, type RunTaskCommandInput } from '@aws-sdk/client-ecs';
import { AwsCallFailed, call, refuseIfProved } from '../aws/call.ts';
import { classifyWords } from '../failure-classes.ts';
import { type EcsRequest, StartRefused, tagNames } from '../port.ts';
import type { EcsClients } from './clients.ts';
import { checkOverrides, taskOverride } from './overrides.ts';

/**
 * Starts the task and returns its ARN. The attempt's id is the client token: the same request sent twice gives the same
 * task, for as long as ECS remembers it (a day at most).
 * @throws StartRefused when nothing was made; any other error leaves that open.
 */
export async function start({ ecs, callMs }: EcsClients, request: EcsRequest): Promise<string> {
  checkOverrides(request);
  const of = { cluster: request.cluster, name: request.name };
  const answer = await call({ operation: 'RunTask', of, within: callMs }, (options) =>
    ecs.send(new RunTaskCommand(runTask(request)), options),
  ).catch((error) => taskOfConflict(error) ?? refused(error));
  if (typeof answer === 'string') return answer;
  const [task] = answer.tasks ?? [];
  if (task?.taskArn) return task.taskArn;
  throw notStarted(answer.failures ?? [], of);
}

function runTask(request: EcsRequest): RunTaskCommandInput {
  const { subnets, securityGroups, assignPublicIp } = request.network;
  return {
    clientToken: tokenOf(request),
    cluster: request.cluster,
    taskDefinition: request.definition,
    count: 1,
    startedBy: tokenOf(request),
    group: `nightshift:${request.name}`.slice(0, 255),
    // With a strategy, launchType has to be left out.
    capacityProviderStrategy: [{ capacityProvider: request.spot ? 'FARGATE_SPOT' : 'FARGATE', weight: 1 }],
    networkConfiguration: {
      awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED' },
    },
    overrides: taskOverride(request),
    tags: Object.entries({ ...request.tags, [tagNames.name]: request.name }).map(([key, value]) => ({ key, value })),
    propagateTags: 'TASK_DEFINITION',
  };
}

/** The attempt's id: by it a repeat is known, and the task is found again. */
export function tokenOf(request: EcsRequest): string {
  const id = request.tags[tagNames.attempt];
  if (id === undefined) throw new TypeError(`The request ${request.name} has no tag ${tagNames.attempt}`);
  return id;
}

/** A token that was used with other parameters: the task that it names is this attempt's. */
function taskOfConflict(error: unknown): string | undefined {
  if (!(error instanceof AwsCallFailed)) return undefined;
  const { name, resourceIds } = error.cause as { name?: string; resourceIds?: string[] };
  return name === 'ConflictException' ? resourceIds?.[0] : undefined;
}

/** ECS dresses a lack of room or of calls as a wrong parameter: the words say what it was. */
function refused(error: unknown): never {
  if (error instanceof AwsCallFailed && error.failureClass === 'startFailed') {
    const message = String((error.cause as { message?: unknown } | undefined)?.message ?? '');
    throw new StartRefused(classifyWords(message) ?? error.failureClass, error.message, error);
  }
  return refuseIfProved(error);
}

/**
 * An answer without a task names failures. A lack of room is told at once; whatever else it says is no proof that
 * nothing was launched, so it is looked for, and asked again under the same token.
 */
function notStarted(failures: Failure[], of: { cluster: string; name: string }): Error {
  const said = failures.map(({ reason, detail }) => [reason, detail].filter(Boolean).join(' ')).join('; ');
  const message = `AWS RunTask started no task [cluster=${of.cluster}, name=${of.name}]: ${said || 'no reason given'}`;
  const failureClass = classifyWords(failures[0]?.reason ?? '');
  return failureClass === 'capacity' || failureClass === 'throttled'
    ? new StartRefused(failureClass, message)
    : new Error(message);
}
