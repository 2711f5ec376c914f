import { knownInput, resultProblem } from '../../cli/verify/known-work.ts';
import { withLocalDev } from './local-dev.ts';

const withWrongResults = { 'test/scenarios/wrong-results.ts': 'jobs/wrong-results.ts' };
const verify = ['verify', '--stage', 'local'];

test(
  'verify runs the array demo, prints a line for each check, and can be repeated; a wrong result, a run that fails or lasts is told and leaves nothing',
  () =>
    withLocalDev(async ({ project, misbehave, journal }) => {
      const first = await project.run(...verify);
      const second = await project.run(...verify);
      const shown = JSON.parse((await project.run('show', 'array-demo/1970-01-01', '--json')).stdout);

      for (const { code, stdout } of [first, second]) {
        expect(stdout.match(/^(ok|failed) .*$/gm)?.map((line) => line.replace(/ in [\d.]+ m?s/, ''))).toEqual([
          'ok      run       array-demo/1970-01-01 succeeded',
          'ok      results   2 results in the order of their indexes, each with the right SHA-256',
          expect.stringMatching(/^ok {6}log 0 {5}\d+ lines, with item-A$/),
          expect.stringMatching(/^ok {6}log 1 {5}\d+ lines, with item-B$/),
          'ok      AWS       1 started, all of them ended',
          'ok      inputs    none were stored',
        ]);
        expect({ code, last: stdout.trimEnd().split('\n').at(-1) }).toEqual({
          code: 0,
          last: 'The verification of stage local has passed',
        });
      }
      expect(shown.run).toMatchObject({ status: 'succeeded', generation: 2, input: knownInput });
      expect(shown.audit.map((entry: { action: string; reason: string }) => [entry.action, entry.reason])).toEqual([
        ['start', null],
        ['verify the stage', 'passed'],
        ['start from the beginning', null],
        ['verify the stage', 'passed'],
      ]);

      const wrong = await project.run(...verify, '--job', 'wrong-results');

      expect(wrong.code).toBe(1);
      expect(wrong.stdout).toMatch(/^ok {6}run {7}wrong-results\/1970-01-01 succeeded/m);
      expect(wrong.stdout).toMatch(/^failed {2}results {3}sha256 of result 0 is not /m);
      expect(wrong.stdout).toContain('has failed: results, log 0, log 1; look further');

      await misbehave({ rules: [{ kind: 'accessDenied', operation: 'SubmitJob', times: 1 }] });
      const broken = await project.run(...verify);

      expect(broken.code).toBe(1);
      expect(broken.stdout).toMatch(/^failed {2}run {7}array-demo\/1970-01-01 failed/m);
      expect(broken.stdout).toContain('has failed: run; look further: nightshift show array-demo/1970-01-01');

      await misbehave({ jobRules: [{ kind: 'slowStart', times: 10, ms: 600_000 }] });
      const lasting = await project.run(...verify, '--timeout', '3 seconds');

      expect({ code: lasting.code, stdout: lasting.stdout }).toEqual({
        code: 3,
        stdout: expect.stringContaining('array-demo/1970-01-01 has not ended in 3.0 s: it is cancelled'),
      });
      expect(lasting.stdout).toMatch(/^failed {2}run {7}array-demo\/1970-01-01 cancelled/m);
      expect(lasting.stdout).toMatch(/^ok {6}AWS {7}\d started, all of them ended$/m);
      expect((await journal()).some((entry) => entry.kind === 'call' && entry.operation === 'TerminateJob')).toBe(true);

      const unknown = await project.run(...verify, '--job', 'none');
      const wrongTime = await project.run(...verify, '--timeout', 'soon');

      expect(unknown).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('has no job "none" to verify a stage with'),
      });
      expect(wrongTime).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('--timeout "soon" is not a duration'),
      });
    }, withWrongResults),
  300_000,
);

describe('a result is compared with what the worker has to compute', () => {
  const right = [
    { index: 0, item: 'item-A', sha256: 'not this' },
    { index: 1, item: 'item-B', sha256: '' },
  ];

  test.each([
    [undefined, 'the result has no list "results"'],
    [{ results: 'two' }, 'the result has no list "results"'],
    [{ results: right.slice(1) }, '1 results, expected 2'],
    [{ results: [...right].reverse() }, 'index of result 0 is not 0'],
    [{ results: right }, 'sha256 of result 0 is not '],
    [{ results: [null, right[1]] }, 'item of result 0 is not item-A'],
  ])('%j is not right', (result, problem) => {
    expect(resultProblem(result)).toContain(problem);
  });
});
