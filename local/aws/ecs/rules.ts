import type { ContainerDefinition, RunTaskRequest, Tag, TaskOverride } from '@aws-sdk/client-ecs';
import { clientException, invalidParameter } from './refusals.ts';

/** Limits of ECS. */
export const limits = {
  tasksOfACall: 10,
  describedTasks: 100,
  listedTasks: 100,
  clientTokenLength: 64,
  startedByLength: 128,
  overrideCharacters: 8_192,
  tags: 50,
  stopTimeoutSeconds: { min: 2, max: 120 },
} as const;

/** What RunTask refuses before it looks at any resource. Throws InvalidParameterException, as do most of these. */
export function checkRunTask(request: RunTaskRequest): void {
  const { clientToken, count = 1, overrides, startedBy } = request;
  if (!Number.isInteger(count) || count < 1 || count > limits.tasksOfACall) {
    throw invalidParameter(`count must be between 1 and ${limits.tasksOfACall}, got ${count}.`);
  }
  if (clientToken !== undefined && !/^[!-~]{1,64}$/.test(clientToken)) {
    throw invalidParameter(
      `clientToken must have 1 to ${limits.clientTokenLength} characters of ASCII 33 to 126, got ${clientToken.length}.`,
    );
  }
  if (startedBy !== undefined && !/^[A-Za-z0-9_/-]{0,128}$/.test(startedBy)) {
    throw invalidParameter(
      `startedBy must have at most ${limits.startedByLength} letters, digits, hyphens, slashes and underscores.`,
    );
  }
  const length = overrides === undefined ? 0 : JSON.stringify(overrides).length;
  if (length > limits.overrideCharacters) {
    throw invalidParameter(`overrides must have at most ${limits.overrideCharacters} characters, got ${length}.`);
  }
  checkTags(request.tags);
  checkUnplayed(request);
}

/** Refused in words, so that nobody takes silence for success. */
function checkUnplayed(request: RunTaskRequest): void {
  const unplayed = (['placementConstraints', 'placementStrategy', 'volumeConfigurations'] as const).find(
    (name) => (request[name] ?? []).length > 0,
  );
  if (unplayed) throw invalidParameter(`${unplayed} cannot be used with Fargate.`);
}

/** At most 50 tags. */
export function checkTags(tags: Tag[] | undefined): void {
  const count = tags?.length ?? 0;
  if (count > limits.tags) throw invalidParameter(`A resource can have at most ${limits.tags} tags, got ${count}.`);
}

/** The names in the overrides must be those of containers. */
export function checkOverrides(overrides: TaskOverride | undefined, containers: ContainerDefinition[]): void {
  const names = new Set(containers.map((container) => container.name));
  for (const { name } of overrides?.containerOverrides ?? []) {
    if (name === undefined) throw invalidParameter('A container override needs the name of its container.');
    if (!names.has(name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
}

/** Families and container names. Throws ClientException. */
export function checkName(what: string, name: string | undefined): string {
  if (name === undefined || !/^[A-Za-z0-9_-]{1,255}$/.test(name)) {
    throw clientException(`${what} must have 1 to 255 letters, digits, hyphens and underscores, got ${name}.`);
  }
  return name;
}
