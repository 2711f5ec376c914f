import { rm } from 'node:fs/promises';
import { seed } from '../../apps/ranking/seed.ts';
import { createAppImages } from '../../local/apps/app-images.ts';
import type { LocalAws } from '../../local/aws/index.ts';
import { cli, startCli } from '../cli/cli.ts';
import { smallDev } from '../pulumi/stacks.ts';
import { createDatabase } from '../support/postgres.ts';
import { startTestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { all, asLocalAws } from './account-as-local-aws.ts';
import { withEngineStack } from './engine-stack.ts';
import { copyProject } from './project-copy.ts';
import type { StandInAws } from './provider/stand-in-aws.ts';

const config = { ...smallDev, 'nightshift:images': '.nightshift/images/dev.json' };
const release: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of release.splice(0).reverse()) await close();
});

test('a worker runs scenarios 1 to 4 with the names, the ARNs and the rights that came out of the deployment', async () => {
  const project = await copyProject();
  release.push(() => rm(project, { recursive: true, force: true }));
  const [own, shop, temporal] = [await createDatabase(), await createDatabase(), await startTestTemporal(1)];
  release.push(() => temporal.stop(), own.drop, shop.drop);
  await seed(shop.url, { users: 1_000, orders: 20_000 });

  await withEngineStack(project, config, async ({ stack, aws: account }) => {
    await stack.up();
    const apps = createAppImages({ directory: project });
    release.push(() => apps.stop());
    const secrets = {
      'nightshift/dev/shop/database': shop.url,
      'nightshift/dev/market/database': '{"username":"crawler","password":"local"}',
    };
    const aws = await asLocalAws(account, { project, apps, secrets });
    release.push(() => aws.stop());
    const env = {
      ...environmentOf(account),
      ...{ DATABASE_URL: own.url, TEMPORAL_ADDRESS: temporal.address, TEMPORAL_NAMESPACE: temporal.takeNamespace() },
      ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' },
    };
    expect((await cli(['migrate'], { cwd: project, env })).code).toBe(0);
    await startWorker(project, { ...env, AWS_ACCESS_KEY_ID: workerRole(account) });
    const run = async (...args: string[]) => {
      const { code, stdout, stderr } = await cli(['run', ...args], { cwd: project, env });
      return code === 0 ? 'succeeded' : `${stdout}${stderr}`;
    };
    const input = '{"message":"Hello!","items":["item-A","item-B"]}';

    expect(await run('array-demo', '--input', input)).toBe('succeeded');
    expect(await run('crawler', '--input', '{"message":"hello"}')).toBe('succeeded');
    expect(await run('morning-build', '--date', '2026-11-21')).toBe('succeeded');
    expect(await run('BATCH-000', '--date', '2026-11-21')).toBe('succeeded');
    expect(await run('BATCH-001', '--date', '2026-11-21')).toBe('succeeded');

    expect(whatWasAsked(aws).denied).toEqual([]);
    expect(whatWasAsked(aws).allowed).toContain('cloudwatch:PutMetricData');
    expect(whatWasAsked(aws).roles).toEqual(
      expect.arrayContaining([
        workerRole(account),
        ...['nightshift-dev-crawler-crawl-task', 'nightshift-dev-BATCH-001-publish-execution'],
      ]),
    );
  });
});

/** The plain variables that the deployment gives to the worker's container, but those of the database and Temporal. */
function environmentOf(account: StandInAws): Record<string, string> {
  const worker = all(account, 'aws:ecs/taskDefinition:TaskDefinition').find(({ name }) => name.includes('worker'));
  const [container] = JSON.parse(String(worker?.outputs.containerDefinitions)) as {
    environment: { name: string; value: string }[];
  }[];
  const given = container?.environment ?? [];
  const own = given.filter(({ name }) => !/^(DATABASE_|TEMPORAL_|NODE_EXTRA)/.test(name));
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}

function workerRole(account: StandInAws): string {
  const worker = all(account, 'aws:ecs/taskDefinition:TaskDefinition').find(({ name }) => name.includes('worker'));
  return String(worker?.outputs.taskRoleArn).split('/').at(-1) ?? '';
}

async function startWorker(cwd: string, env: Record<string, string>): Promise<void> {
  const worker = startCli(['worker'], { cwd, env: { ...env, NIGHTSHIFT_LOG_LEVEL: 'info' } });
  release.push(async () => {
    worker.child.kill('SIGTERM');
    await worker.finished;
  });
  let logged = '';
  worker.child.stderr?.on('data', (data) => {
    logged += data;
  });
  const early = worker.finished.then(({ stdout, stderr }) => {
    throw new Error(`The worker ended before it was ready:\n${stdout}${stderr}`);
  });
  const ready = until(async () => logged.includes('worker ready') || undefined, {
    describe: 'the worker to be ready',
  });
  await Promise.race([ready, early]);
  early.catch(() => undefined);
}

/** What IAM was asked: by whom, and what it refused. */
function whatWasAsked({ journal }: LocalAws): { roles: string[]; allowed: string[]; denied: string[] } {
  const checked = journal.checked();
  return {
    allowed: checked.filter(({ allowed }) => allowed).map(({ action }) => action),
    roles: [...new Set(checked.map(({ by }) => by.split('/').at(-1) ?? ''))],
    denied: checked.filter(({ allowed }) => !allowed).map(({ by, action, resource }) => `${by} ${action} ${resource}`),
  };
}
