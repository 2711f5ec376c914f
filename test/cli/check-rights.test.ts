import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { checkRights, isRefused, type RightsRequest } from '../../cli/check-rights.ts';
import { rightsText } from '../../cli/print-rights.ts';
import { openProject } from '../../cli/project.ts';
import { rightsLockFile as lock } from '../../config/rights-lock.ts';
import { anyStagePlace } from '../../config/stage-place.ts';
import type { PolicyDocument, PolicyStatement, Statement } from '../../rights/statement.ts';
import { cli } from './cli.ts';

const root = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
let folder: string;
/** The placeholders. */
const { stage: S, region: R, accountId: A } = anyStagePlace({ name: 'shop' });

const config = `export default {
  name: 'shop',
  stages: {
    dev: { region: 'ap-northeast-1', accountId: '111111111111' },
    prod: { region: 'eu-central-1', accountId: '222222222222' },
  },
};
`;

function jobFile(uses: string): string {
  return `import { defineJob, ecsTask, topic, queue } from 'nightshift';
export const morning = defineJob({
  id: 'morning',
  name: 'Morning',
  tasks: {
    prices: ecsTask({ app: 'prices', command: ['node', 'prices.js'], vcpu: 0.5, memory: '1 GB', uses: [${uses}] }),
  },
  async run({ tasks }) { await tasks.prices(); },
});
`;
}

/** A project inside the repository, so that imports find its packages; each its own, as modules are loaded once. */
async function projectWith(job: string, from?: string): Promise<string> {
  const state = join(root, '.nightshift');
  await mkdir(state, { recursive: true });
  const folder = await mkdtemp(join(state, 'check-'));
  folders.push(folder);
  await mkdir(join(folder, 'jobs'));
  await writeFile(join(folder, 'nightshift.config.ts'), config);
  await writeFile(join(folder, 'jobs', 'morning.ts'), job);
  if (from !== undefined) await cp(join(from, lock), join(folder, lock));
  return folder;
}

beforeAll(async () => {
  folder = await projectWith(jobFile("topic('prices')"));
});
afterEach(() => rm(join(folder, lock), { force: true }));
afterAll(async () => {
  for (const one of folders) await rm(one, { recursive: true, force: true });
});

/** What the command finds, what it prints, and whether its exit code is 1. */
async function check(request: Partial<RightsRequest> = {}, directory = folder) {
  const found = await checkRights(await openProject(directory), { accept: false, policies: [], ...request });
  return { ...found, text: rightsText(found), refused: isRefused(found) };
}

async function policyFile(name: string, content: PolicyDocument): Promise<string> {
  await writeFile(join(folder, name), JSON.stringify(content));
  return join(folder, name);
}

/** All that the workers of a stage need. */
async function wholePolicy(stage: string): Promise<PolicyDocument> {
  const empty = await policyFile('empty.json', { Version: '2012-10-17', Statement: [] });
  const { missing } = await check({ stage, policies: [empty] });
  return { Version: '2012-10-17', Statement: missing?.statements ?? [] };
}

test('the rights of every role are printed, with who needs them; of a stage under its names', async () => {
  const any = await check();
  const prod = await check({ stage: 'prod' });

  expect(any.refused).toBe(false);
  expect(any.text).toContain(
    [
      `shop-${S}-morning-prices-task: task of morning/prices, taken by ecs-tasks.amazonaws.com`,
      '  Publish     sns:Publish',
      `              on arn:aws:sns:${R}:${A}:shop-${S}-prices`,
      '              for morning/prices',
    ].join('\n'),
  );
  expect(prod.text).toMatch(
    /PassTaskRoles {2,}iam:PassRole\n +on arn:aws:iam::222222222222:role\/shop-prod-morning-prices-task\n/,
  );
  expect(prod.text).toMatch(/\n +if StringEquals iam:PassedToService ecs-tasks.amazonaws.com\n +for morning\/prices\n/);
  expect(any.text).toContain('There is no rights.lock.json to compare with');
});

test('what was accepted is compared with what is derived now, for all stages alike', async () => {
  const accepted = await check({ accept: true });
  const same = await check({ stage: 'prod' });
  const next = await projectWith(jobFile("queue('prices')"), folder);
  const changed = await check({}, next);
  const again = await check({ accept: true }, next);

  expect([accepted.refused, accepted.text]).toEqual([
    false,
    expect.stringMatching(/rights\.lock\.json is written: commit it$/),
  ]);
  expect([same.refused, same.text]).toEqual([
    false,
    expect.stringMatching(/The same rights as in rights\.lock\.json$/),
  ]);
  expect(changed.refused).toBe(true);
  expect(changed.text.slice(changed.text.indexOf('Not as in')).split('\n')).toEqual([
    ...['Not as in rights.lock.json:', '', `shop-${S}-morning-prices-task`],
    `  - sns:Publish on arn:aws:sns:${R}:${A}:shop-${S}-prices (morning/prices)`,
    `  + sqs:SendMessage on arn:aws:sqs:${R}:${A}:shop-${S}-prices (morning/prices)`,
    ...['', 'To take them as they are: nightshift check --rights --accept'],
  ]);
  expect([again.refused, again.text]).toEqual([false, expect.stringContaining('+ sqs:SendMessage')]);
  expect((await check({}, next)).difference).toEqual([]);
});

test('a role that is new, and one that is gone, are differences', async () => {
  await check({ accept: true });
  const renamed = jobFile("topic('prices')")
    .replace('prices: ecs', 'costs: ecs')
    .replace('tasks.prices', 'tasks.costs');

  const { difference } = await check({}, await projectWith(renamed, folder));

  const changes = (end: string) => difference?.find(({ role }) => role.endsWith(end))?.changes ?? [];
  expect(changes('morning-prices-task').map(({ change }) => change)).toEqual(Array(3).fill('removed'));
  expect(changes('morning-costs-task')[0]).toEqual({
    ...{ change: 'added', right: 'may be taken by ecs-tasks.amazonaws.com', neededBy: ['task of morning/costs'] },
  });
});

test('check --rights fails for a policy without iam:PassRole, and the printed statement mends it', async () => {
  const whole = await wholePolicy('prod');
  const without = { ...whole, Statement: whole.Statement.filter(({ Sid }) => Sid !== 'PassTaskRoles') };
  await policyFile('without.json', without);

  const lacking = await cli(['check', '--rights', '--stage', 'prod', '--policy', 'without.json'], { cwd: folder });

  expect(lacking.code).toBe(1);
  expect(lacking.stdout).toMatch(/^The policy lacks rights that the workers need; add this statement:\n/);
  const printed = JSON.parse(lacking.stdout.slice(lacking.stdout.indexOf('{'))) as PolicyStatement;
  expect(printed).toEqual({
    ...{ Sid: 'PassTaskRoles', Effect: 'Allow', Action: ['iam:PassRole'] },
    Resource: ['execution', 'task'].map((of) => `arn:aws:iam::222222222222:role/shop-prod-morning-prices-${of}`),
    Condition: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  });
  const more = await policyFile('more.json', { ...without, Statement: [printed] });
  const mended = await cli(
    ['check', '--rights', '--json', '--stage', 'prod', '--policy', 'without.json', '--policy', more],
    { cwd: folder },
  );
  expect(mended.code).toBe(0);
  expect(JSON.parse(mended.stdout)).toMatchObject({
    problems: [],
    rights: { stage: 'prod', difference: null, missing: { of: 'the workers', statements: [] } },
  });
});

test('a policy of another stage lacks everything; without a stage, names have placeholders', async () => {
  const whole = await policyFile('dev.json', await wholePolicy('dev'));

  const [dev, prod, any] = await Promise.all([
    check({ stage: 'dev', policies: [whole] }),
    check({ stage: 'prod', policies: [whole] }),
    check({ policies: [whole] }),
  ]);

  expect([dev, prod, any].map(({ refused }) => refused)).toEqual([false, true, true]);
  expect(dev.text).toBe('The policy has all rights that the workers need');
  expect(any.text).toContain(`task-definition/shop-${S}-morning-prices:*`);
  expect(any.text).toContain('--stage compares with those of a stage');
});

test('a policy is compared with the role that is named; one that there is not is refused', async () => {
  const objects: PolicyStatement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
  const policies = [await policyFile('task.json', { Version: '2012-10-17', Statement: [objects] })];

  const { missing } = await check({ stage: 'dev', policies, role: 'morning-prices-task' });

  expect(missing).toEqual({
    of: 'shop-dev-morning-prices-task',
    statements: [
      expect.objectContaining({
        ...{ Action: ['sns:Publish'], Resource: ['arn:aws:sns:ap-northeast-1:111111111111:shop-dev-prices'] },
      }),
    ],
  });
  await expect(check({ stage: 'dev', policies, role: 'boss' })).rejects.toThrow(
    /no role "boss"; write one of morning-prices-execution, .*worker-runs/,
  );
});

test('a stage that there is not is refused', async () => {
  await expect(check({ stage: 'staging' })).rejects.toThrow(/stages: nightshift\.config\.ts has only dev, prod/);
});

test('options that do not go together are refused before anything else', async () => {
  const alone = await cli(['check', '--policy', 'x'], { cwd: folder });
  const whose = await cli(['check', '--rights', '--role', 'worker-runs'], { cwd: folder });
  const both = await cli(['check', '--rights', '--accept', '--policy', 'x'], { cwd: folder });

  expect([alone.code, whose.code, both.code]).toEqual([2, 2, 2]);
  expect(alone.stderr).toBe('nightshift: --policy goes with --rights: add --rights\n');
  expect(whose.stderr).toContain('--role says whose rights a policy is compared with: add --policy');
  expect(both.stderr).toContain('give one of the two');
});

test('a broken rights.lock.json is refused, and can be written over', async () => {
  await writeFile(join(folder, lock), '{"version":1,"roles":{"a":{}}}');

  await expect(check()).rejects.toThrow(/rights\.lock\.json is not right:\n {2}roles\.a\.title: [\s\S]*--accept/);
  await writeFile(join(folder, lock), 'roles:');
  await expect(check()).rejects.toThrow(/is not JSON/);
  await check({ accept: true });

  expect((await check()).difference).toEqual([]);
});

test("the repository's own rights.lock.json lacks nothing but rights of jobs that are newer", async () => {
  const locked = Object.values((JSON.parse(await readFile(join(root, lock), 'utf8')) as { roles: object }).roles);
  const known = new Set(locked.flatMap(({ statements }) => (statements as Statement[]).flatMap((one) => one.neededBy)));
  const { difference } = await check({}, root);
  const changes = (difference ?? []).flatMap((role) => role.changes);

  expect(known.size).toBeGreaterThan(10);
  expect(
    changes.filter(({ change, neededBy }) => change === 'removed' || neededBy.every((one) => known.has(one))),
  ).toEqual([]);
  expect(await readFile(join(root, lock), 'utf8')).not.toMatch(/\d{12}/);
});
