import { withRuns } from './with-runs.ts';

const runs = withRuns();

test('a filter that cannot be is refused; one that finds nothing says which jobs have runs', async () => {
  await runs.put({ id: 'LEFT/2026-11-21', status: 'succeeded' });
  await runs.put({ id: 'RIGHT/2026-11-21', status: 'failed' });
  const refused: [string[], RegExp][] = [
    [['--job', 'LEFT/2026-11-21'], /--job "LEFT\/2026-11-21" is not a job's id; .*`show` takes a run/],
    [['--job', ''], /--job "" is not a job's id/],
    [['--status', 'done'], /--status "done" is not a state of a run; write one of expected, .*, notRun, stale/],
    [['--status', ''], /--status "" is not a state/],
    [['--since', 'yesterday'], /--since "yesterday" is not a business date/],
    [['--since', ''], /--since "" is not a business date/],
  ];

  for (const [args, words] of refused) {
    const { code, stdout, stderr } = await runs.cli('runs', ...args);
    expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  }
  expect(await runs.cli('runs', '--job', 'LEFD', '--json')).toEqual({
    code: 0,
    stdout: '[]\n',
    stderr: 'There has been no run of LEFD; did you mean LEFT, RIGHT?\n',
  });
  expect(await runs.cli('runs', '--job', 'LEFT', '--status', 'failed')).toMatchObject({ code: 0, stderr: '' });
});
