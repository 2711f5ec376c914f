import { assertLock, context } from '../../container/index.ts';

const inside = {
  NIGHTSHIFT_RUN_ID: 'BATCH-001/2026-11-21',
  NIGHTSHIFT_JOB_ID: 'BATCH-001',
  NIGHTSHIFT_RUN_KEY: '2026-11-21',
  NIGHTSHIFT_DATE: '2026-11-21',
  NIGHTSHIFT_STEP: 'publish#1',
  NIGHTSHIFT_ATTEMPT_ID: 'a1b2',
  NIGHTSHIFT_ATTEMPT_NUMBER: '2',
  NIGHTSHIFT_LOCK_TOKENS: '{"rankings":17,"mail":"4"}',
};

describe('context', () => {
  test('says which run, step and attempt the process works for', () => {
    expect(context(inside)).toEqual({
      runId: 'BATCH-001/2026-11-21',
      jobId: 'BATCH-001',
      runKey: '2026-11-21',
      date: '2026-11-21',
      step: 'publish#1',
      attemptId: 'a1b2',
      attemptNumber: 2,
      lockTokens: { rankings: 17, mail: 4 },
    });
  });

  test('outside Nightshift everything is local', () => {
    expect(context({})).toEqual({
      runId: 'local',
      jobId: 'local',
      runKey: 'local',
      date: undefined,
      step: 'local',
      attemptId: 'local',
      attemptNumber: 1,
      lockTokens: {},
    });
  });

  test('the token of a held lock is given, a lock not held is an error that names those held', () => {
    expect(assertLock('rankings', inside)).toBe(17);
    expect(() => assertLock('orders', inside)).toThrow('does not hold the lock "orders" [held: rankings, mail]');
    expect(() => assertLock('toString', inside)).toThrow('does not hold the lock');
  });

  test.each(['[]', 'null', '17', 'nonsense', '{"rankings":"x"}', '{"rankings":""}'])(
    'lock tokens %s are refused',
    (text) => {
      expect(() => context({ NIGHTSHIFT_LOCK_TOKENS: text })).toThrow('NIGHTSHIFT_LOCK_TOKENS must be a JSON object');
    },
  );
});
