import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { cli } from './cli.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(6);
});
afterAll(() => temporal.stop());

/** Schedules need no database, but its URL is a setting of every command. */
function commands(more: Record<string, string> = {}) {
  const env = {
    ...more,
    DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none',
    TEMPORAL_ADDRESS: temporal.address,
    TEMPORAL_NAMESPACE: more.TEMPORAL_NAMESPACE ?? temporal.takeNamespace(),
  };
  return (...args: string[]) => cli(['schedules', ...args], { env });
}

test('sync says what it would change, changes it, and has nothing to change the second time', async () => {
  const schedules = commands();

  const would = await schedules('sync', '--dry-run');
  const nothingYet = await schedules('list');
  const done = await schedules('sync');
  const again = await schedules('sync');

  expect(would).toMatchObject({ code: 0, stderr: '' });
  expect(would.stdout).toContain('would create LEFT  (nightshift/test-local/LEFT)');
  expect(nothingYet.stdout).toMatch(/LEFT .*not in Temporal/);
  expect(done.stdout.trimEnd().split('\n')).toEqual(
    ['LEFT', 'RIGHT', 'WAITING'].map((job) => `created ${job}  (nightshift/test-local/${job})`),
  );
  expect(again).toEqual({ code: 0, stdout: 'Nothing to change\n', stderr: '' });
});

test('where EventBridge keeps the schedules, sync takes ours out of Temporal, and the other commands say who has them', async () => {
  const namespace = { TEMPORAL_NAMESPACE: temporal.takeNamespace() };
  const before = commands(namespace);
  const schedules = commands({ ...namespace, NIGHTSHIFT_SCHEDULES: 'eventbridge' });
  await before('sync');

  const done = await schedules('sync');

  expect(done.stdout.trimEnd().split('\n').sort()).toEqual(
    ['LEFT', 'RIGHT', 'WAITING'].map((job) => `removed ${job}  (nightshift/test-local/${job})`),
  );
  expect((await schedules('sync')).stdout).toBe('Nothing to change\n');
  expect((await schedules('list')).stdout).toMatch(/^LEFT .*Asia\/Tokyo +kept by EventBridge/m);
  expect(await schedules('next', 'LEFT')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('EventBridge keeps the schedules of this stage: look at LEFT'),
  });
});

test('list shows the next time of each schedule in its own zone', async () => {
  const schedules = commands();
  await schedules('sync');

  const { stdout, code } = await schedules('list');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^LEFT +cron\(0 3 \* \* \? \*\) +Asia\/Tokyo +\d{4}-\d\d-\d\d 03:00:00 +no$/m);
});

test('next shows the times at which Temporal will start runs, and which runs those are', async () => {
  const schedules = commands();
  const before = await schedules('next', 'LEFT');
  await schedules('sync');

  const ten = await schedules('next', 'LEFT');
  const forty = await schedules('next', 'LEFT', '-n', '40');

  expect(before).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('schedules sync') });
  const rows = ten.stdout
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/));
  expect(rows).toHaveLength(10);
  for (const [local, utc, date, run] of rows) {
    expect(date).toBe(local?.slice(0, 10));
    expect(local).toMatch(/ 03:00:00$/);
    expect(utc).toMatch(/T18:00:00\.000Z$/);
    expect(run).toBe(`LEFT/${local?.slice(0, 10)}`);
  }
  expect(forty.stdout.trimEnd().split('\n')).toHaveLength(41);
});

test('a paused schedule says so, stays paused over a sync, and goes on when it is resumed', async () => {
  const schedules = commands();
  const before = await schedules('pause', 'LEFT', '--reason', 'stocktaking');
  await schedules('sync');

  const paused = await schedules('pause', 'LEFT', '--reason', 'stocktaking');
  const synced = await schedules('sync');
  const listed = await schedules('list');
  const resumed = await schedules('resume', 'LEFT');
  const after = await schedules('list');

  expect(before).toMatchObject({ code: 2, stderr: expect.stringContaining('schedules sync') });
  expect(paused).toMatchObject({ code: 0, stdout: expect.stringContaining('LEFT is paused: stocktaking') });
  expect(synced.stdout).toBe('Nothing to change\n');
  expect(listed.stdout).toMatch(/^LEFT .* yes: stocktaking/m);
  expect(resumed).toMatchObject({ code: 0, stdout: 'LEFT goes on by its schedule\n' });
  expect(after.stdout).toMatch(/^LEFT .* no$/m);
  expect(await schedules('pause', 'LEFT')).toMatchObject({ code: 2 });
});

test('a job without a schedule, an unknown job and a wrong count are refused', async () => {
  const schedules = commands();

  expect(await schedules('next', 'JOINED')).toMatchObject({ code: 2, stderr: expect.stringContaining('no schedule') });
  expect(await schedules('next', 'LEFFT')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('did you mean LEFT'),
  });
  expect(await schedules('next', 'LEFT', '-n', '0')).toMatchObject({ code: 2, stdout: '' });
});

test('a Temporal that does not answer is named, with exit code 6', async () => {
  const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', TEMPORAL_ADDRESS: '127.0.0.1:1' };

  const listed = await cli(['schedules', 'list'], { env });

  expect(listed).toMatchObject({ code: 6, stdout: '', stderr: expect.stringContaining('127.0.0.1:1') });
});
