import { StartRefused } from '../../compute/port.ts';
import { until } from '../support/until.ts';
import { type LocalBatch, startLocalBatch } from './local-batch.ts';

let local: LocalBatch;
beforeAll(async () => {
  local = await startLocalBatch();
});
afterEach(() => local.aws.misbehave.clear());
afterAll(() => local.stop());

/** Waits until all processes of a job, or of an array's children, run. */
function running(jobId: string, count: number) {
  return until(() => local.aws.journal.processes(jobId).filter((each) => !each.ended).length === count, {
    describe: `${count} processes of ${jobId}`,
  });
}

describe('a job on AWS Batch', () => {
  test('runs with the command, variables and tags of its request', async () => {
    const request = local.script('exit 0', { environment: { STAGE: 'night' } });

    const jobId = await local.compute.start(request);
    const observed = await local.ended(jobId);

    expect(observed).toMatchObject({ failures: [] });
    expect(observed.startedAt).toBeInstanceOf(Date);
    const [process] = local.aws.journal.processes(jobId);
    expect(process?.started.command).toEqual(['/bin/sh', '-c', 'exit 0']);
    expect(process?.started.environment).toMatchObject({ STAGE: 'night' });
    expect(await local.compute.find(request)).toEqual([jobId]);
  });

  test('that fails is observed with its exit code, once: nobody but us retries', async () => {
    const jobId = await local.compute.start(local.script('exit 3'));

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ index: 0, class: 'exitCode', exitCode: 3 }] });
    expect(local.aws.journal.processes(jobId)).toHaveLength(1);
  });

  test('whose command is not there is startFailed, without an exit code', async () => {
    const jobId = await local.compute.start(local.script('', { command: ['no-such-program'] }));

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ class: 'startFailed', exitCode: null }] });
  });

  test('that takes too long is ended by AWS as timeout', async () => {
    const jobId = await local.compute.start(local.script('exec sleep 600', { timeoutSeconds: 60 }));

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ class: 'timeout' }] });
    expect(local.aws.journal.processes(jobId)[0]?.ended).toBeDefined();
  });

  test.each([
    ['spotReclaim', 'exec sleep 600', 'spot'],
    ['spotReclaim', 'trap "exit 0" TERM; sleep 600 & wait', 'falseSuccess'],
    ['outOfMemory', 'exec sleep 600', 'outOfMemory'],
    ['imagePull', 'exit 0', 'imagePull'],
  ] as const)('that meets %s during %j is %s', async (kind, source, failureClass) => {
    const request = local.script(source);
    local.aws.misbehave.jobRule({ kind, jobName: request.name, ms: 300 });

    const jobId = await local.compute.start(request);

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ class: failureClass }] });
  });

  test('that is stopped ends as cancelled, its process gone; stopping it again is fine', async () => {
    const jobId = await local.compute.start(local.script('exec sleep 600'));
    await running(jobId, 1);

    await local.compute.stop(jobId, 'cancelled by hand');

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ class: 'cancelled', reason: 'cancelled by hand' }] });
    expect(local.aws.journal.processes(jobId)[0]?.ended).toBeDefined();
    await expect(local.compute.stop(jobId, '')).resolves.toBeUndefined();
  });
});

describe('an array on AWS Batch', () => {
  test('is observed child by child, even while the listing lags', async () => {
    local.aws.misbehave.set({ listingLagMs: 60_000 });
    const request = local.script('exit $((AWS_BATCH_JOB_ARRAY_INDEX % 2 * 7))', { size: 5 });

    const jobId = await local.compute.start(request);

    expect(await local.ended(jobId)).toMatchObject({
      failures: [
        { index: 1, class: 'exitCode', exitCode: 7 },
        { index: 3, class: 'exitCode', exitCode: 7 },
      ],
    });
  });

  test('finds the one child that Spot made look well', async () => {
    const request = local.script('[ $AWS_BATCH_JOB_ARRAY_INDEX = 1 ] || exit 0; trap "exit 0" TERM; sleep 600 & wait', {
      size: 3,
    });
    local.aws.misbehave.jobRule({ kind: 'spotReclaim', jobName: request.name, index: 1, ms: 300 });

    const jobId = await local.compute.start(request);

    expect(await local.ended(jobId)).toMatchObject({ failures: [{ index: 1, class: 'falseSuccess' }] });
  });

  test('is stopped with all of its children', async () => {
    const jobId = await local.compute.start(local.script('exec sleep 600', { size: 3 }));
    await running(jobId, 3);

    await local.compute.stop(jobId, 'cancelled by hand');

    const { failures } = await local.ended(jobId);
    expect(failures.map((failure) => [failure.index, failure.class])).toEqual([
      [0, 'cancelled'],
      [1, 'cancelled'],
      [2, 'cancelled'],
    ]);
    expect(local.aws.journal.processes(jobId).every((process) => process.ended)).toBe(true);
  });
});

describe('a start that goes wrong', () => {
  test.each([
    ['throttle', 'throttled'],
    ['accessDenied', 'accessDenied'],
  ] as const)('by %s is refused as %s, and made nothing', async (kind, failureClass) => {
    local.aws.misbehave.rule({ kind, operation: 'SubmitJob', times: 1 });
    const request = local.script('exit 0');

    const error = await local.compute.start(request).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(StartRefused);
    expect(error).toMatchObject({ failureClass });
    expect(await local.compute.find(request)).toEqual([]);
  });

  test('for want of a queue or a definition is refused as startFailed', async () => {
    const { compute } = local;

    for (const fields of [{ queue: 'no-such-queue' }, { definition: 'no-such-definition:1' }]) {
      await expect(compute.start(local.script('exit 0', fields))).rejects.toMatchObject({
        failureClass: 'startFailed',
      });
    }
  });

  test.each(['loseAnswer', 'serverErrorAfter'] as const)('by %s leaves it open, and the job is found', async (kind) => {
    local.aws.misbehave.rule({ kind, operation: 'SubmitJob', times: 1 });
    const request = local.script('exit 0');

    const error = await local.compute.start(request).catch((thrown: unknown) => thrown);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StartRefused);
    expect(local.aws.journal.calls('SubmitJob').filter((call) => call.request.jobName === request.name)).toHaveLength(
      1,
    );
    expect(await local.compute.find(request)).toHaveLength(1);
  });
});

describe('the live jobs', () => {
  test('of the queues with our prefix are listed, arrays once, ended ones not', async () => {
    const named = (name: string, fields: object = {}) => local.script('exec sleep 600', { name, ...fields });
    const done = await local.compute.start(local.script('exit 0', { name: 'sweep-done' }));
    await local.ended(done);
    const single = await local.compute.start(named('sweep-single', { queue: 'spot' }));
    const array = await local.compute.start(named('sweep-array', { size: 2 }));
    const other = await local.compute.start(named('other-single'));
    await running(array, 2);

    const listed = await local.compute.list(['on-demand', 'spot'], 'sweep-');

    expect(listed.map((each) => each.externalId).sort()).toEqual([single, array].sort());
    expect(listed.find((each) => each.externalId === single)).toEqual({
      externalId: single,
      name: 'sweep-single',
      createdAt: expect.any(Date),
    });
    expect((await local.compute.liveTags([single, done])).get(single)).toEqual({
      'nightshift:attempt': expect.stringMatching(/^attempt-/),
      'nightshift:database': 'd1',
    });
    for (const jobId of [single, array, other]) await local.compute.stop(jobId, 'the test is over');
    for (const jobId of [single, array, other]) await local.ended(jobId);
  });
});
