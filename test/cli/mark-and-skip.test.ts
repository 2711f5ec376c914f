import { getRun } from '../../store/runs.ts';
import { withRuns } from './with-runs.ts';

const runs = withRuns();

test('mark and skip take runs that nobody has asked for, and keep who did it and why', async () => {
  const marked = await runs.cli('mark', 'LEFT/2026-11-21', 'succeeded', '--reason', 'loaded by hand');
  const skipped = await runs.cli('skip', 'RIGHT/2026-11-21', '--reason', 'no data today', '--json');

  expect(marked).toEqual({ code: 0, stdout: 'LEFT/2026-11-21 counts as succeeded\n', stderr: '' });
  expect(skipped).toMatchObject({ code: 0, stderr: '' });
  expect(JSON.parse(skipped.stdout)).toMatchObject({
    run: { id: 'RIGHT/2026-11-21', status: 'notRun', reason: 'skipped' },
  });
  const shown = await runs.cli('show', 'RIGHT/2026-11-21');
  expect(shown.stdout).toContain('no data today');
  expect(shown.stdout).toMatch(/It was skipped by \S+ at .*: no data today/);
  expect((await runs.cli('show', 'LEFT/2026-11-21')).stdout).toMatch(/status +succeeded \(marked\)/);
});

test('a decision without a reason, about no run, or to anything but succeeded is refused', async () => {
  const refused: [string[], RegExp][] = [
    [['mark', 'LEFT/2026-11-21', 'succeeded'], /required option '--reason <reason>'/],
    [['skip', 'LEFT/2026-11-21', '--reason', ' '], /--reason is empty/],
    [['skip', 'LEFT', '--reason', 'r'], /"LEFT" is not a run: write <job>\/<business date>/],
    [['skip', 'LEFT/2026-02-30', '--reason', 'r'], /is not a run/],
    [['skip', 'LEFD/2026-11-21', '--reason', 'r'], /There is no job "LEFD"; did you mean LEFT\?/],
    [['mark', 'LEFT/2026-11-21', 'failed', '--reason', 'r'], /only be marked as succeeded/],
  ];

  for (const [args, words] of refused) {
    const { code, stdout, stderr } = await runs.cli(...args);
    expect({ args, code, stdout }).toEqual({ args, code: 2, stdout: '' });
    expect(stderr).toMatch(words);
  }
  expect(await getRun(runs.db(), 'LEFT/2026-11-21')).toBeUndefined();
});
