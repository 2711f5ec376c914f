import { type Place, shorten, stagePrefix } from './deployed-names.ts';
import { unreachable } from './unreachable.ts';
import type { Use } from './uses.ts';

/** The ARN of a thing in the place. */
export function arnOf(place: Pick<Place, 'region' | 'accountId'>, service: string, resource: string): string {
  return `arn:aws:${service}:${place.region}:${place.accountId}:${resource}`;
}

/** A secret's name in the place, and its ARN. AWS ends the ARN with six random characters; of a secret that the deployment makes they are not known before, so `??????` stands for them, as IAM takes it. */
export function deployedSecret(place: Place, name: string): { name: string; arn: string } {
  const known = place.existing.secrets[name];
  if (known !== undefined) return { name: nameInArn(known), arn: known };
  const full = `${place.project}/${place.stage}/${name}`;
  return { name: full, arn: arnOf(place, 'secretsmanager', `secret:${full}-??????`) };
}

/** A bucket's name in the place. */
export function deployedBucket(place: Place, name: string): string {
  // Bucket names are known to the whole world, so the account is in it. Source: S3, bucket naming rules, 63 characters.
  return place.existing.buckets[name] ?? shorten(`${stagePrefix(place)}-${name}-${place.accountId}`, 63);
}

/** A topic's ARN in the place. */
export function deployedTopic(place: Place, name: string): string {
  return place.existing.topics[name] ?? arnOf(place, 'sns', `${stagePrefix(place)}-${name}`);
}

/** The ARN and URL of a queue for messages in the place. */
export function deployedQueue(place: Place, name: string): { arn: string; url: string } {
  const arn = place.existing.queues[name] ?? arnOf(place, 'sqs', shorten(`${stagePrefix(place)}-${name}`, 80));
  const [, , , region, account, queue] = arn.split(':');
  return { arn, url: `${place.queueEndpoint ?? `https://sqs.${region}.amazonaws.com`}/${account}/${queue}` };
}

/** The plain variables that a task's definition gets: its own, and those by which the program knows what it uses. */
export function definedVariables(
  place: Place,
  { environment, uses = [] }: { environment?: Record<string, string>; uses?: readonly Use[] },
): Record<string, string> {
  const used = uses.flatMap((use) => (use.env === undefined ? [] : [[use.env, calledBy(place, use)] as const]));
  return { ...stageVariables(environment, place.stage), ...Object.fromEntries(used) };
}

function calledBy(place: Place, use: Use): string {
  switch (use.use) {
    case 'secret':
      return deployedSecret(place, use.name).name;
    case 'bucket':
      return deployedBucket(place, use.name);
    case 'topic':
      return deployedTopic(place, use.name);
    case 'queue':
      return deployedQueue(place, use.name).url;
    default:
      return unreachable(use);
  }
}

/** The plain variables of a task in a stage: `{stage}` in a value is its name. */
export function stageVariables(environment: Record<string, string> = {}, stage: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [name, value.replaceAll('{stage}', stage)]),
  );
}

/** `market/database` of `arn:aws:secretsmanager:...:secret:market/database-AbCdEf`. */
function nameInArn(arn: string): string {
  return arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-[A-Za-z0-9?]{6}$/, '');
}

/** Where in the bucket for inputs those of a task lie. `key` is `<job>/<task>`. */
export function inputPrefix(key: string): string {
  return `inputs/${key}/`;
}
