import type { ListTasksRequest } from '@aws-sdk/client-ecs';
import type { Misbehaviour } from '../misbehaviour.ts';
import { pageOf } from '../paging.ts';
import type { Clusters } from './clusters.ts';
import { invalidParameter } from './refusals.ts';
import { limits } from './rules.ts';
import { desiredStatus, type Task } from './task.ts';
import type { TaskStore } from './task-store.ts';

/** What listing reads. */
export interface ListingTasks {
  clusters: Clusters;
  tasks: TaskStore;
  misbehaviour: Pick<Misbehaviour, 'settings'>;
}

/** ListTasks: ARNs of tasks that are to run, or of those that are to be stopped; newest first. */
export function listTasks(from: ListingTasks, request: ListTasksRequest): object {
  checkListing(request);
  const { desiredStatus: wanted = 'RUNNING', maxResults = limits.listedTasks } = request;
  const seenUntil = Date.now() - from.misbehaviour.settings.listingLagMs;
  const arns = from.tasks
    .ofCluster(from.clusters.get(request.cluster))
    .filter((task) => task.createdAt <= seenUntil && desiredStatus(task) === wanted && matches(task, request))
    .map((task) => task.arn)
    .reverse();
  const page = pageOf(arns, { size: maxResults, token: request.nextToken }, (arn) => arn);
  if (!page) throw invalidParameter('Invalid token.');
  return { taskArns: page.items, nextToken: page.nextToken };
}

function checkListing(request: ListTasksRequest): void {
  const { maxResults = limits.listedTasks, desiredStatus: wanted = 'RUNNING' } = request;
  if (maxResults < 1 || maxResults > limits.listedTasks) {
    throw invalidParameter(`maxResults must be between 1 and ${limits.listedTasks}, got ${maxResults}.`);
  }
  if (!['RUNNING', 'PENDING', 'STOPPED'].includes(wanted)) throw invalidParameter(`Not a desired status: ${wanted}`);
  const beside = (['family', 'serviceName', 'containerInstance', 'launchType'] as const).find(
    (name) => request[name] !== undefined,
  );
  if (request.startedBy !== undefined && beside) {
    throw invalidParameter(`startedBy must be the only filter, got ${beside} as well.`);
  }
  const unplayed = (['serviceName', 'containerInstance', 'daemonName'] as const).find(
    (name) => request[name] !== undefined,
  );
  if (unplayed) throw invalidParameter(`The local AWS does not play ${unplayed} of ListTasks.`);
}

function matches(task: Task, request: ListTasksRequest): boolean {
  const { startedBy, family, launchType } = request;
  if (startedBy !== undefined && task.plan.request.startedBy !== startedBy) return false;
  if (launchType !== undefined && launchType !== 'FARGATE') return false;
  return family === undefined || task.plan.definition.family === family;
}
