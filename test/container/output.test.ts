import { runProgram } from './program.ts';

const attempt = { NIGHTSHIFT_ATTEMPT_ID: 'a1b2' };

describe('output lines', () => {
  test('progress and output are lines with attempt and shard', async () => {
    const env = {
      ...attempt,
      NIGHTSHIFT_SHARD_MAP: 'CQ==',
      AWS_BATCH_JOB_ARRAY_INDEX: '1',
      NIGHTSHIFT_SHARD_COUNT: '4',
    };
    const source = 'n.progress(1000, 25000); n.progress(7); n.finish({ users: 25000 }, { records: 25000 });';
    const { stdout, code } = await runProgram(source, env);
    expect(stdout.split('\n')).toEqual([
      '{"nightshift":{"attempt":"a1b2","shard":3,"progress":{"done":1000,"total":25000}}}',
      '{"nightshift":{"attempt":"a1b2","shard":3,"progress":{"done":7}}}',
      '{"nightshift":{"attempt":"a1b2","shard":3,"output":{"users":25000},"records":25000}}',
      '',
    ]);
    expect(code).toBe(0);
  });

  test('outside Nightshift the attempt is local and the shard 0', async () => {
    const { lines } = await runProgram('n.finish("done");');
    expect(lines).toEqual([{ nightshift: { attempt: 'local', shard: 0, output: 'done' } }]);
  });

  test('no output is null', async () => {
    const { lines } = await runProgram('n.finish(undefined);', attempt);
    expect(lines).toEqual([{ nightshift: { attempt: 'a1b2', shard: 0, output: null } }]);
  });

  test('line breaks and foreign letters in the output stay within one line', async () => {
    const { lines } = await runProgram(String.raw`n.finish({ text: 'a\nb\u2028c 朝\r' });`, attempt);
    expect(lines).toEqual([{ nightshift: { attempt: 'a1b2', shard: 0, output: { text: 'a\nb\u2028c 朝\r' } } }]);
  });

  test('a second output is an error and is not printed', async () => {
    const { lines, code, stderr } = await runProgram('n.finish(1); n.finish(2);', attempt);
    expect(lines).toHaveLength(1);
    expect(code).toBe(1);
    expect(stderr).toContain('finish() was called before');
  });

  test.each([
    'n.finish(1, { records: -1 })',
    'n.finish(1, { records: 0.5 })',
    'n.progress(NaN)',
    'n.finish(10n)',
    'n.finish(() => 1)',
  ])('%s is refused, and prints nothing', async (source) => {
    const { lines, code } = await runProgram(source, attempt);
    expect({ lines, code }).toEqual({ lines: [], code: 1 });
  });

  test('nothing is lost when there is more than a pipe holds and the process exits right after', async () => {
    // Touching process.stdout is what makes Node set the pipe to non-blocking, so that a full one answers EAGAIN.
    const source = `process.stdout.write(''); for (let i = 1; i <= 5000; i += 1) n.progress(i, 5000);
      n.finish('x'.repeat(300_000)); process.exit(0);`;
    const { lines, code } = await runProgram(source, attempt);
    expect(code).toBe(0);
    expect(lines).toHaveLength(5001);
    expect(lines.at(-1)).toEqual({ nightshift: { attempt: 'a1b2', shard: 0, output: 'x'.repeat(300_000) } });
  });
});
