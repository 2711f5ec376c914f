import type * as pulumi from '@pulumi/pulumi';
import { tasksOf } from '../../model/deployed-names.ts';
import { ownNames, roleName } from '../../model/deployed-platform.ts';
import { imageApps } from '../../model/image-apps.ts';
import { Builds } from '../jobs/builds.ts';
import type { ContainerParts } from '../jobs/container-definition.ts';
import { EventStarts } from '../jobs/event-starts.ts';
import { Functions } from '../jobs/functions.ts';
import { JobDefinitions } from '../jobs/job-definitions.ts';
import { LogGroups } from '../jobs/log-groups.ts';
import { Repositories } from '../jobs/repositories.ts';
import { ResourcesFiles } from '../jobs/resources-files.ts';
import { Roles } from '../jobs/roles.ts';
import { Schedules } from '../jobs/schedules.ts';
import { databaseSecretMark, stageRoles } from '../jobs/stage-roles.ts';
import { logGroupsOf, tasksWithImage } from '../jobs/stage-tasks.ts';
import { TaskDefinitions } from '../jobs/task-definitions.ts';
import { UsedThings } from '../jobs/used-things.ts';
import { workerSecretArns } from '../jobs/worker-settings.ts';
import { Workers, type WorkersArgs } from '../jobs/workers.ts';
import type { Stage } from '../stage.ts';
import type { DataOutputs } from './data-part.ts';
import type { PlatformOutputs } from './platform-part.ts';
import { resourcesOf } from './stage-resources.ts';

/** The parts that the jobs build upon. */
export interface Below {
  data: DataOutputs;
  platform: PlatformOutputs;
}

/** Makes the part jobs: all that the job files ask for, and the workers that carry them out. */
export function deployJobs(
  stage: Stage,
  below: Below,
  opts: pulumi.ComponentResourceOptions,
): { resources?: pulumi.Output<string> } {
  const { place, jobs, config } = stage;
  new Repositories('repositories', { place, apps: imageApps(jobs), protect: config.protect }, opts);
  const logGroups = new LogGroups('log-groups', { names: logGroupsOf(stage), days: config.logDays }, opts);
  const { secrets } = new UsedThings('used', { place, jobs, protect: config.protect }, opts);
  const roles = rolesOf(stage, below, opts);
  const made = defineTasks(stage, { below, secrets, roles, opts });
  deployStarts(stage, below, opts);
  const image = stage.images[ownNames.worker];
  if (image === undefined) return {};
  const parts = resourcesOf(stage, below, made);
  const files = new ResourcesFiles('resources', { bucket: below.data.bucket, image, parts }, opts);
  new Workers('workers', workersArgs(stage, { below, image, roles, logGroups, files }), opts);
  return { resources: files.url };
}

function workersArgs(
  stage: Stage,
  {
    below,
    image,
    roles,
    logGroups,
    files,
  }: { below: Below; image: string; roles: Roles; logGroups: LogGroups; files: ResourcesFiles },
): WorkersArgs {
  const { data, platform } = below;
  const { subnetIds, workerGroup: securityGroup, alarmTopic, databaseEndpoint, databaseSecret } = data;
  const places = { databaseEndpoint, databaseSecret, resourcesUrl: files.url };
  return {
    stage,
    image,
    roles,
    logGroups,
    files,
    places,
    cluster: platform.cluster,
    subnetIds,
    securityGroup,
    alarmTopic,
  };
}

function rolesOf({ place, jobs, config }: Stage, { data }: Below, opts: pulumi.ComponentResourceOptions): Roles {
  const { split } = config.workers;
  const roles = stageRoles(place, jobs, { split, workerSecrets: workerSecretArns(config) });
  return new Roles(
    'roles',
    { accountId: place.accountId, roles, known: { [databaseSecretMark]: data.databaseSecret } },
    opts,
  );
}

/** What starts jobs from outside, but for Temporal's schedules, which the deploy task makes. */
function deployStarts(
  { place, jobs, config, timezone }: Stage,
  { data, platform }: Below,
  opts: pulumi.ComponentResourceOptions,
): void {
  const to = { startQueue: platform.startQueue, deadLetters: platform.startDeadLetters };
  new EventStarts('event-starts', { place, jobs, ...to, alarmTopic: data.alarmTopic }, opts);
  if (config.schedules === 'eventbridge') new Schedules('schedules', { place, jobs, timezone, ...to }, opts);
}

/** What AWS carries out, a definition for each task. */
function defineTasks(
  stage: Stage,
  {
    below,
    secrets,
    roles,
    opts,
  }: { below: Below; secrets: ContainerParts['secrets']; roles: Roles; opts: pulumi.ComponentResourceOptions },
) {
  const { place, jobs, directory } = stage;
  const role = (fullName: string, purpose: Parameters<typeof roleName>[1]) => roles.arn(roleName(fullName, purpose));
  const partsOf = ({ fullName }: { fullName: string }, image: string): ContainerParts => ({
    ...{ image, secrets, taskRole: role(fullName, 'task'), executionRole: role(fullName, 'execution') },
  });
  const batch = tasksWithImage(stage, 'batch').map(({ task, image }) => ({ task, parts: partsOf(task, image) }));
  const ecs = tasksWithImage(stage, 'ecs').map(({ task, image }) => ({ task, parts: partsOf(task, image) }));
  const builds = tasksOf(jobs, place, 'codeBuild').map((task) => ({ task, role: role(task.fullName, 'build') }));
  const functions = tasksWithImage(stage, 'lambda').map((each) => ({
    ...each,
    role: role(each.task.fullName, 'function'),
  }));
  const definitions = new JobDefinitions('job-definitions', { place, tasks: batch }, opts);
  const tasks = new TaskDefinitions('task-definitions', { place, tasks: ecs }, opts);
  new Builds('builds', { place, tasks: builds, directory, bucket: below.data.bucket, secrets }, opts);
  new Functions('functions', { place, tasks: functions }, opts);
  return { definitions, tasks };
}
