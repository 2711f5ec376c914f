import { once } from 'node:events';
import { type Ended, runProgram, startProgram } from './program.ts';

const env = {
  NIGHTSHIFT_RUN_ID: 'BATCH-001/2026-11-21',
  NIGHTSHIFT_STEP: 'score#1',
  NIGHTSHIFT_ATTEMPT_ID: 'a1b2',
  NIGHTSHIFT_ATTEMPT_NUMBER: '1',
};
const id = { runId: 'BATCH-001/2026-11-21', step: 'score#1', attemptId: 'a1b2', attemptNumber: 1 };
const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

const logged = (ended: Ended, event: string) => ended.lines.filter((line) => line.event === event);

describe('runStep', () => {
  test('work stands between a start line and an end line', async () => {
    const ended = await runProgram(
      `await n.runStep(() => ({ date: '2026-11-21' }), async () => n.finish('done', { records: 12 }));`,
      env,
    );
    expect(ended.code).toBe(0);
    expect(ended.lines).toEqual([
      {
        at: time,
        level: 'info',
        event: 'step started',
        ...id,
        shard: { index: 0, count: 1 },
        parameters: { date: '2026-11-21' },
      },
      { nightshift: { attempt: 'a1b2', shard: 0, output: 'done', records: 12 } },
      {
        at: time,
        level: 'info',
        event: 'step ended',
        ...id,
        state: 'succeeded',
        records: 12,
        durationMs: expect.any(Number),
        errors: 0,
      },
    ]);
  });

  test('an error is logged with stack, cause and count, and the exit code is 1', async () => {
    const ended = await runProgram(
      `n.logError('row refused', new Error('first'));
       await n.runStep(() => ({}), async () => { throw new Error('outer', { cause: new Error('inner') }); });`,
      env,
    );
    expect(ended.code).toBe(1);
    const [failed] = logged(ended, 'step failed');
    expect(failed).toMatchObject({ level: 'error', message: 'outer', errorCount: 2 });
    expect(failed?.stack).toMatch(/Error: outer\n\s+at .*caused by Error: inner\n\s+at /s);
    expect(logged(ended, 'step ended')).toMatchObject([{ state: 'failed', records: 0, errors: 2 }]);
  });

  test('of several errors in one, each stack is logged', async () => {
    const ended = await runProgram(
      `await n.runStep(() => ({}), async () => { throw new AggregateError([new Error('one'), new Error('two')]); });`,
      env,
    );
    const [failed] = logged(ended, 'step failed');
    expect(failed?.message).toBe('AggregateError');
    expect(failed?.stack).toMatch(/caused by Error: one\n\s+at .*caused by Error: two\n\s+at /s);
  });

  test('a bad input fails before the work begins', async () => {
    const ended = await runProgram(`await n.runStep(() => n.input(), async () => n.finish('never'));`, env);
    expect(ended.code).toBe(1);
    expect(logged(ended, 'step failed')).toMatchObject([{ message: expect.stringContaining('JOB_INPUT is not set') }]);
    expect(ended.stdout).not.toContain('never');
  });

  test('secrets in errors do not reach the log', async () => {
    const secrets = { DATABASE_URL: 'postgres://shop:hunter2@db/shop', API_TOKEN: 'tok-123456' };
    const ended = await runProgram(
      `await n.runStep(() => ({}), async () => {
         const cause = new TypeError('bad: ' + process.env.DATABASE_URL + ' other://u:hunter3@host');
         throw Object.assign(new Error('token ' + process.env.API_TOKEN, { cause }), { input: process.env.DATABASE_URL });
       });`,
      { ...env, ...secrets },
    );
    expect(ended.stdout + ended.stderr).not.toMatch(/hunter|tok-123456/);
    expect(logged(ended, 'step failed')).toMatchObject([{ message: 'token [removed]' }]);
  });
});

describe('SIGTERM', () => {
  /** Starts a program that waits for ever, and ends it once it says so. */
  async function terminated(source: string): Promise<Ended> {
    const program = startProgram(`${source}; n.log('waiting'); setInterval(() => {}, 60_000);`, env);
    const { stdout } = program.process;
    if (!stdout) throw new Error('The program has no stdout');
    let seen = '';
    while (!seen.includes('"waiting"')) seen += (await once(stdout, 'data')).join('');
    program.process.kill('SIGTERM');
    return program.ended;
  }

  test('clean-ups run last first, each waited for, then the exit code is 143', async () => {
    const ended = await terminated(`
      n.onTerminate(() => n.log('first given'));
      n.onTerminate(async () => { await new Promise((done) => setImmediate(done)); n.log('last given'); })`);
    expect(ended.code).toBe(143);
    expect(ended.lines.map((line) => line.event)).toEqual(['waiting', 'last given', 'first given']);
  });

  test('a clean-up that fails is logged and does not stop the next', async () => {
    const ended = await terminated(`
      n.onTerminate(() => n.log('first given'));
      n.onTerminate(() => { throw new Error('broken'); })`);
    expect(ended.code).toBe(143);
    expect(ended.lines.map((line) => line.event)).toEqual(['waiting', 'cleanup failed', 'first given']);
  });

  test('a step without clean-up ends as terminated, with 143', async () => {
    const ended = await terminated(`n.runStep(() => ({}), () => new Promise(() => {}))`);
    expect(ended.code).toBe(143);
    expect(logged(ended, 'step ended')).toMatchObject([{ state: 'terminated' }]);
  });

  test('work that comes to its end during the clean-up does not turn it into a success', async () => {
    const ended = await terminated(`
      let release;
      n.runStep(() => ({}), () => new Promise((done) => { release = done; }));
      n.onTerminate(async () => { release(); await new Promise((done) => setTimeout(done, 50)); })`);
    expect(ended.code).toBe(143);
    expect(logged(ended, 'step ended')).toMatchObject([{ state: 'terminated' }]);
  });
});
