import type { FailureClass, ShardFailure } from '../../model/failures.ts';
import { decideRetry, type RetryPolicy, type Spent } from '../../model/retry-policy.ts';

const policy: RetryPolicy = {
  times: 2,
  delayMs: 60_000,
  onExitCode: { 42: 'fail' },
  free: { times: 10, delayMs: 60_000, backoff: 1 },
};

function failure(failureClass: FailureClass, shards = [0], exitCode: number | null = null): ShardFailure {
  return { class: failureClass, exitCode, reason: 'said', shards };
}

function used(user: number, free = 0): Map<number, Spent> {
  return new Map([[0, { user, free }]]);
}

test('an exit code spends the retries of the user, until there are none', () => {
  const failed = { failures: [failure('exitCode', [0], 3)], size: null };

  expect(decideRetry(policy, failed, new Map())?.spent).toEqual(used(1));
  expect(decideRetry(policy, failed, used(1))?.spent).toEqual(used(2));
  expect(decideRetry(policy, failed, used(2))).toBeNull();
});

test.each(['spot', 'capacity', 'stuckRunnable', 'throttled', 'infrastructure', 'imagePull', 'falseSuccess'] as const)(
  '%s costs the user nothing, and ends after ten',
  (failureClass) => {
    const failed = { failures: [failure(failureClass)], size: null };

    expect(decideRetry(policy, failed, used(2))?.spent).toEqual(used(2, 1));
    expect(decideRetry(policy, failed, used(0, 9))).not.toBeNull();
    expect(decideRetry(policy, failed, used(0, 10))).toBeNull();
  },
);

test('each shard has its own budget: one that has none left ends the step', () => {
  const failed = { failures: [failure('exitCode', [1, 7], 3), failure('spot', [4])], size: 8 };
  const before = new Map([[7, { user: 1, free: 0 }]]);

  expect(decideRetry(policy, failed, before)?.spent).toEqual(
    new Map([
      [1, { user: 1, free: 0 }],
      [7, { user: 2, free: 0 }],
      [4, { user: 0, free: 1 }],
    ]),
  );
  expect(decideRetry(policy, failed, new Map([[7, { user: 2, free: 0 }]]))).toBeNull();
});

test('an exit code that is said to be final is', () => {
  expect(decideRetry(policy, { failures: [failure('exitCode', [0], 42)], size: null }, new Map())).toBeNull();
});

test('an outcome that nobody knows is tried again only where that does no harm', () => {
  const failed = { failures: [failure('outcomeUnknown')], size: null };

  expect(decideRetry(policy, failed, new Map())).toBeNull();
  expect(decideRetry({ ...policy, idempotent: true }, failed, new Map())?.spent).toEqual(used(1));
});

test('what Batch itself has tried again is not tried as often once more', () => {
  const failed = { failures: [failure('exitCode', [3], 3)], size: 5 };
  const inBatch = { ...policy, inBatch: true };

  expect(decideRetry(inBatch, failed, new Map())).toBeNull();
  expect(decideRetry({ ...inBatch, times: 10 }, failed, new Map())).not.toBeNull();
  expect(decideRetry(inBatch, { ...failed, size: null }, new Map())).not.toBeNull();
});

test('the service of a Lambda is asked again after 2 s, doubling, six times', () => {
  const lambda = { ...policy, free: { times: 6, delayMs: 2_000, backoff: 2 } };
  const failed = { failures: [failure('throttled')], size: null };

  const delays = [0, 1, 2, 3, 4, 5, 6].map((free) => decideRetry(lambda, failed, used(0, free))?.delayMs);

  expect(delays).toEqual([2_000, 4_000, 8_000, 16_000, 32_000, 64_000, undefined]);
});
