import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../config/config-file.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { runSettings } from '../../model/settings.ts';

const root = path.resolve(import.meta.dirname, '../..');

async function load() {
  const config = await loadConfig(root);
  return { config, registry: await loadJobs(root, config) };
}

test('the night is a chain of four jobs', async () => {
  const { config, registry } = await load();

  const night = registry.inOrder().filter(({ id }) => /^BATCH-00[0-3]$/.test(id));
  expect(night.map(({ id, after }) => [id, ...(after ?? [])])).toEqual([
    ['BATCH-000'],
    ['BATCH-001', 'BATCH-000'],
    ['BATCH-002', 'BATCH-001'],
    ['BATCH-003', 'BATCH-001'],
  ]);
  expect(registry.successorsOf('BATCH-000').map(({ id }) => id)).toContain('BATCH-001');
  expect(config).toMatchObject({ name: 'nightshift', timezone: 'Asia/Tokyo', local: { date: '2026-11-21' } });
});

test('the ranking is what its design sheet says', async () => {
  const { registry } = await load();

  const settings = runSettings(registry.get('BATCH-001'), 'UTC');

  expect(settings).toMatchObject({
    after: ['BATCH-000'],
    timezone: 'Asia/Tokyo',
    locks: [{ name: 'rankings', ifBusy: 'fail' }],
    slowAfterMs: 15 * 60_000,
    timeoutMs: 30 * 60_000,
    alertAtOrBelow: 0.5,
    alerts: { slow: ['slack'], failed: ['slack', 'email'], fewRecords: ['slack'], timedOut: ['slack', 'phone'] },
  });
  for (const task of Object.values(settings.tasks)) expect(task.retry).toMatchObject({ times: 3, delayMs: 60_000 });
  expect(registry.get('BATCH-001').schedule?.expression).toBe('cron(0 3 * * ? *)');
  expect(registry.get('BATCH-001')).toMatchObject({ webhook: true, onEvent: { detailType: 'Day closed' } });
  expect(registry.get('BATCH-002')).toMatchObject({ after: ['BATCH-001'], notBefore: '03:15' });
});

test('the repair names the same lock as the ranking, and waits for it', async () => {
  const { registry } = await load();

  expect(registry.get('BATCH-003')).toMatchObject({
    after: ['BATCH-001'],
    locks: [{ name: 'rankings', ifBusy: 'wait' }],
  });
  expect(registry.get('BATCH-001').locks).toEqual([{ name: 'rankings', ifBusy: 'fail' }]);
});

test('no job file carries a secret: only names of variables and secrets', async () => {
  const { registry } = await load();

  const tasks = [...registry.jobs.values()].flatMap(({ job }) => Object.values(job.tasks));
  const secrets = tasks.map(({ options }) => ('secrets' in options ? options.secrets : undefined));
  expect(secrets.filter((named) => named !== undefined)).toEqual(Array(5).fill({ DATABASE_URL: 'shop/database' }));
  const password = /postgres(ql)?:\/\/|password/i;
  for (const { options } of tasks) expect(JSON.stringify(options)).not.toMatch(password);
});

test('the same files load in the process that users run, under tsx', async () => {
  const script = `
    import { loadConfig } from './config/config-file.ts';
    import { loadJobs } from './config/job-scan.ts';
    const config = await loadConfig(process.cwd());
    const registry = await loadJobs(process.cwd(), config);
    console.log(JSON.stringify([...registry.jobs].map(([id, { file, exportName }]) => [id, file, exportName])));
  `;

  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=nightshift-source', '--import', 'tsx', '--input-type=module', '-e', script],
    { cwd: root },
  );

  expect(JSON.parse(stdout)).toEqual(
    expect.arrayContaining([
      ['BATCH-000', 'jobs/daily-aggregation.ts', 'dailyAggregation'],
      ['BATCH-001', 'jobs/ranking.ts', 'ranking'],
      ['BATCH-002', 'jobs/mail-notification.ts', 'mailNotification'],
      ['BATCH-003', 'jobs/ranking-repair.ts', 'rankingRepair'],
      ['array-demo', 'jobs/array-demo.ts', 'arrayDemo'],
      ['crawler', 'jobs/crawler.ts', 'crawler'],
      ['morning-build', 'jobs/morning-build.ts', 'morningBuild'],
    ]),
  );
});
