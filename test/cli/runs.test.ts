import { withRuns } from './with-runs.ts';

const runs = withRuns();
const { cli: run, start } = runs;

test('runs are listed as a table, newest business date first', async () => {
  await start('LEFT', '2026-11-19');
  await start('RIGHT', '2026-11-21');
  await start('LEFT', '2026-11-20');

  const listed = await run('runs');

  expect(listed).toMatchObject({ code: 0, stderr: '' });
  const lines = listed.stdout.trimEnd().split('\n');
  expect(lines[0]?.split(/ {2,}/)).toEqual(['run', 'status', 'reason', 'started (Asia/Tokyo)', 'took', 'records']);
  expect(lines.slice(1).map((line) => line.split(/ +/).slice(0, 2))).toEqual([
    ['RIGHT/2026-11-21', 'waiting'],
    ['LEFT/2026-11-20', 'waiting'],
    ['LEFT/2026-11-19', 'waiting'],
  ]);
});

test('an ended run is listed with its end, how long it took, and its records', async () => {
  await start('LEFT', '2026-11-21');
  await runs
    .db()
    .query(
      `update runs set status = 'succeeded', started_at = '2026-11-20T18:00:00Z', ended_at = '2026-11-20T18:03:20Z', records = 100000`,
    );

  const { stdout } = await run('runs');

  expect(stdout.split('\n')[1]).toMatch(/^LEFT\/2026-11-21 +succeeded +2026-11-21 03:00:00 +3 min 20 s +100000$/);
});

test('runs are narrowed by job, state and date, and given as one JSON document', async () => {
  for (const day of ['2026-11-19', '2026-11-20', '2026-11-21']) await start('LEFT', day);
  await start('RIGHT', '2026-11-21');

  const { stdout, code } = await run('runs', '--job', 'LEFT', '--status', 'waiting', '--since', '2026-11-20', '--json');

  const rows = JSON.parse(stdout) as { id: string; status: string }[];
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'LEFT/2026-11-21 waiting',
    'LEFT/2026-11-20 waiting',
  ]);
  expect(code).toBe(0);
});

test('without runs one line says so, and the JSON document is an empty list', async () => {
  expect(await run('runs')).toEqual({ code: 0, stdout: 'No runs\n', stderr: '' });
  expect(await run('runs', '--json')).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
});

test('a state or date that there is not is refused with what is meant', async () => {
  const state = await run('runs', '--status', 'broken');
  const day = await run('runs', '--since', '2026-02-30');

  expect(state).toMatchObject({ code: 2, stdout: '' });
  expect(state.stderr).toContain(
    'expected, waiting, running, stopping, succeeded, failed, timedOut, cancelled, notRun',
  );
  expect(day).toMatchObject({ code: 2, stdout: '' });
  expect(day.stderr).toContain('write YYYY-MM-DD');
});

test('an unknown run is refused with the runs that may be meant', async () => {
  expect((await run('show', 'LEFT/2026-11-21')).stderr).toContain('start one with');
  for (const day of ['2026-11-19', '2026-11-20']) await start('LEFT', day);
  await start('RIGHT', '2026-11-20');

  const typo = await run('show', 'LEFT/2026-12-20');
  const jobAlone = await run('logs', 'LEFT');

  expect(typo).toMatchObject({ code: 2, stdout: '' });
  expect(typo.stderr).toContain('did you mean LEFT/2026-11-20');
  expect(jobAlone).toMatchObject({ code: 2, stdout: '' });
  expect(jobAlone.stderr).toContain('did you mean LEFT/2026-11-20, LEFT/2026-11-19?');
});

test('a waiting run shows for whom it waits, and since when', async () => {
  await start('WAITING', '2026-11-21');
  const { openRun } = await import('../../engine/open-run.ts');
  await openRun(runs.engine(), { runId: 'WAITING/2026-11-21', execution: 1 });

  const { stdout, code } = await run('show', 'WAITING/2026-11-21');

  expect(code).toBe(0);
  expect(stdout).toMatch(/for LEFT\/2026-11-21, which is expected since 2\d{3}-.* at most until 2\d{3}-/);
});

test('a cancelled run that did not fail says so in words, and who cancelled it', async () => {
  await start('LEFT', '2026-11-21');
  const { stopRun } = await import('../../engine/stop-run.ts');
  const { closeRun } = await import('../../engine/close-run.ts');
  await stopRun(runs.engine(), { runId: 'LEFT/2026-11-21', reason: 'cancelled', who: 'hanako', error: null });
  const error = { class: 'cancelled', message: 'stopped', hint: '' } as const;
  await closeRun(runs.engine(), {
    runId: 'LEFT/2026-11-21',
    execution: 1,
    outcome: { status: 'failed', reason: 'cancelled', error },
  });

  const { stdout } = await run('show', 'LEFT/2026-11-21');

  expect(stdout).toMatch(/Cancelled by hanako at .*no step was cut off.*did not fail by itself/);
  expect(stdout).toContain('nightshift retry LEFT/2026-11-21');
});

test('what is not open cannot be cancelled, and what has not ended cannot be retried', async () => {
  await start('LEFT', '2026-11-21');
  await runs
    .db()
    .query(
      `insert into runs (id, job, run_key, status) values ('JOINED/2026-11-21', 'JOINED', '2026-11-21', 'expected')`,
    );
  await runs
    .db()
    .query(
      `insert into runs (id, job, run_key, status) values ('RIGHT/2026-11-21', 'RIGHT', '2026-11-21', 'succeeded')`,
    );

  const refused = {
    'is expected: it has not been started': await run('cancel', 'JOINED/2026-11-21'),
    'is succeeded: only an open run': await run('cancel', 'RIGHT/2026-11-21'),
    'is waiting: wait for its end': await run('retry', 'LEFT/2026-11-21'),
    'has succeeded: to run it again': await run('retry', 'RIGHT/2026-11-21'),
    'has not been started yet': await run('retry', 'JOINED/2026-11-21'),
    'did you mean': await run('retry', 'LEFT/2026-11-22'),
  };

  for (const [words, { code, stdout, stderr }] of Object.entries(refused)) {
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: expect.stringContaining(words) });
  }
  const { rows } = await runs.db().query('select id, status from runs order by id');
  expect(rows.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'JOINED/2026-11-21 expected',
    'LEFT/2026-11-21 waiting',
    'RIGHT/2026-11-21 succeeded',
  ]);
});
