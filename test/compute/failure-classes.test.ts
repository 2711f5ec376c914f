import { classify, type EndFacts } from '../../compute/failure-classes.ts';
import type { FailureClass } from '../../model/failures.ts';

const failed: EndFacts = { succeeded: false, statusReason: '', containerReason: '', exitCode: null, stopped: false };

const cases: [FailureClass, string, Partial<EndFacts>][] = [
  ['spot', 'Fargate Spot', { statusReason: 'Your Spot Task was interrupted.', exitCode: 137 }],
  ['spot', 'a lost host', { statusReason: 'Host EC2 (instance i-0a1b2c) terminated.' }],
  ['spot', 'Spot, and the task was told to stop', { statusReason: 'Your Spot Task was interrupted.', stopped: true }],
  ['timeout', "Batch's own timeout", { statusReason: 'Job attempt duration exceeded timeout', exitCode: 137 }],
  [
    'timeout',
    'a timeout, counted as ended by AWS',
    { statusReason: 'Job attempt duration exceeded timeout', stopped: true },
  ],
  [
    'outOfMemory',
    'too much memory',
    {
      statusReason: 'Essential container in task exited',
      containerReason: 'OutOfMemoryError: Container killed due to memory usage',
      exitCode: 137,
    },
  ],
  [
    'imagePull',
    'an image that is not there',
    {
      statusReason: 'Task failed to start',
      containerReason: 'CannotPullContainerError: pull image manifest: not found',
    },
  ],
  ['imagePull', 'an image, named by the job alone', { statusReason: 'CannotPullContainerError: not found' }],
  [
    'startFailed',
    'a missing secret',
    { statusReason: 'ResourceInitializationError: unable to pull secrets or registry auth' },
  ],
  [
    'startFailed',
    'a missing command',
    { statusReason: 'Task failed to start', containerReason: 'CannotStartContainerError: exec: "nope": not found' },
  ],
  ['startFailed', 'a start that failed for no named reason', { statusReason: 'Task failed to start' }],
  [
    'infrastructure',
    'a runtime that hangs',
    { statusReason: 'Task failed to start', containerReason: 'DockerTimeoutError: stuck' },
  ],
  ['inputTooLarge', 'long overrides', { statusReason: 'Container Overrides length must be at most 8192' }],
  [
    'capacity',
    'no room',
    { statusReason: 'CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY - stopped by the queue', stopped: true },
  ],
  [
    'stuckRunnable',
    'a queue that cannot run it',
    { statusReason: 'MISCONFIGURATION:JOB_RESOURCE_REQUIREMENT', stopped: true },
  ],
  ['cancelled', 'a person in the console', { statusReason: 'wrong night', exitCode: 143, stopped: true }],
  ['exitCode', 'a program that fails', { statusReason: 'Essential container in task exited', exitCode: 1 }],
  ['exitCode', 'an exit code and no words', { exitCode: 42 }],
  ['infrastructure', 'no exit code and unknown words', { statusReason: 'Something new' }],
  ['infrastructure', 'nothing at all', {}],
  ['infrastructure', 'a failure with exit code 0', { statusReason: 'Essential container in task exited', exitCode: 0 }],
];

describe('how a job ended', () => {
  test.each(cases)('is %s for %s', (failureClass, _words, facts) => {
    expect(classify({ ...failed, ...facts })?.class).toBe(failureClass);
  });

  test('is no failure for a success', () => {
    const words = { statusReason: 'Essential container in task exited', exitCode: 0 };

    expect(classify({ ...failed, ...words, succeeded: true })).toBeNull();
  });

  test('is falseSuccess for a program that exits 0 when Spot stops it', () => {
    const words = { statusReason: 'Your Spot Task was interrupted.', exitCode: 0 };

    expect(classify({ ...failed, ...words, succeeded: true })?.class).toBe('falseSuccess');
  });

  test("tells AWS's own words, the container's first", () => {
    const words = { statusReason: 'Task failed to start', containerReason: 'CannotPullContainerError: not found' };

    expect(classify({ ...failed, ...words })?.reason).toBe('CannotPullContainerError: not found; Task failed to start');
  });

  test('says the exit code when AWS has no words', () => {
    expect(classify({ ...failed, exitCode: 42 })?.reason).toBe('Exit code 42');
  });

  test('does not match words in the middle of a reason', () => {
    const words = { statusReason: 'Stopped after: Your Spot Task was interrupted.', exitCode: 1 };

    expect(classify({ ...failed, ...words })?.class).toBe('exitCode');
  });

  test('has a reason that Postgres takes', () => {
    expect(classify({ ...failed, statusReason: 'by hand\0' })?.reason).toBe('by hand\uFFFD');
    const long = `${'x'.repeat(999)}😀`;
    expect(classify({ ...failed, statusReason: long })?.reason).toBe(`${'x'.repeat(999)}\uFFFD`);
  });
});
