import { getRun } from '../../store/runs.ts';
import { withRuns } from './with-runs.ts';

const runs = withRuns();
const day = '2026-11-21';

test('what a retry is asked for must fit together, and names what is missing', async () => {
  await runs.put({ id: `LEFT/${day}`, status: 'failed' });
  const refused: [string[], string][] = [
    [['--from-start', '--step', 'step#1'], '--from-start and --step exclude each other'],
    [['--step', 'step#1', '--skip-step', 'step#1', '--reason', 'r'], '--step and --skip-step exclude each other'],
    [['--skip-step', 'step#1'], '--skip-step needs --reason'],
    [['--skip-step', 'step#1', '--reason', ' '], '--skip-step needs --reason'],
    [['--reason', 'r'], '--reason is only for --skip-step'],
    [['--step', 'step#1'], `LEFT/${day} has no step "step#1", and there is none to name`],
  ];

  for (const [options, words] of refused) {
    const { code, stdout, stderr } = await runs.cli('retry', `LEFT/${day}`, ...options);
    expect({ options, code, stdout }).toEqual({ options, code: 2, stdout: '' });
    expect(stderr).toContain(words);
  }
  expect(await getRun(runs.db(), `LEFT/${day}`)).toMatchObject({ status: 'failed' });
});

test('a run and its successors are opened together, and told in one document', async () => {
  for (const job of ['LEFT', 'RIGHT', 'JOINED', 'WAITING'])
    await runs.put({ id: `${job}/${day}`, status: 'succeeded' });

  const { code, stdout, stderr } = await runs.cli(
    ...['retry', `LEFT/${day}`, '--from-start', '--with-successors', '--detach', '--json'],
  );

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const document = JSON.parse(stdout) as { run: object; successors: { run: { id: string; status: string } }[] };
  expect(document.run).toMatchObject({ id: `LEFT/${day}`, status: 'waiting' });
  expect(document.successors.map(({ run }) => `${run.id} ${run.status}`).sort()).toEqual([
    `JOINED/${day} waiting`,
    `WAITING/${day} waiting`,
  ]);
  expect(await getRun(runs.db(), `RIGHT/${day}`)).toMatchObject({ status: 'succeeded' });
});

test('a stale run shows as stale, is found as such, and is not when a person says that it holds', async () => {
  await runs.put({ id: `JOINED/${day}`, status: 'succeeded' });
  await runs.put({ id: `WAITING/${day}`, status: 'failed' });
  await runs.db().query('update runs set stale_since = now()');

  expect((await runs.cli('runs')).stdout).toMatch(/^JOINED\/2026-11-21 +succeeded, stale/m);
  expect((await runs.cli('show', `JOINED/${day}`)).stdout).toMatch(/stale since +2\d{3}-.*: a prerequisite has run/);
  const found = await runs.cli('runs', '--status', 'stale', '--json');
  expect((JSON.parse(found.stdout) as { id: string }[]).map(({ id }) => id)).toEqual([`JOINED/${day}`]);

  expect(await runs.cli('mark', `JOINED/${day}`, 'succeeded', '--reason', 'same data')).toMatchObject({ code: 0 });

  expect((await runs.cli('runs', '--status', 'stale')).stdout).toBe('No runs\n');
});
