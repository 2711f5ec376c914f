import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateJobQueueCommand, DescribeJobQueuesCommand } from '@aws-sdk/client-batch';
import { until, withLocalAws } from './with-local-aws.ts';

const fairQueue = { jobQueues: ['main', { name: 'fair', fairShare: true }] };

test('a queue with a scheduling policy needs a share identifier, one without refuses it', async () => {
  await withLocalAws(fairQueue, async ({ batch, define, submit, ends }) => {
    await define('true', { schedulingPriority: 5 });

    const job = await ends(await submit({ jobQueue: 'fair', shareIdentifier: 'night' }));
    const raised = await ends(
      await submit({ jobQueue: 'fair', shareIdentifier: 'night', schedulingPriorityOverride: 9_999 }),
    );

    expect([job, raised].map((one) => [one.status, one.shareIdentifier, one.schedulingPriority])).toEqual([
      ['SUCCEEDED', 'night', 5],
      ['SUCCEEDED', 'night', 9_999],
    ]);
    await expect(submit({ jobQueue: 'fair' })).rejects.toThrow(/shareIdentifier must be given/);
    await expect(submit({ shareIdentifier: 'night' })).rejects.toThrow(/shareIdentifier must not be given/);
    for (const schedulingPriorityOverride of [-1, 10_000]) {
      const refused = submit({ jobQueue: 'fair', shareIdentifier: 'night', schedulingPriorityOverride });
      await expect(refused).rejects.toThrow(/between 0 and 9999/);
    }
    const { jobQueues } = await batch.send(new DescribeJobQueuesCommand({}));
    expect(jobQueues?.map((queue) => [queue.jobQueueName, queue.schedulingPolicyArn])).toEqual([
      ['main', undefined],
      ['fair', 'arn:aws:batch:ap-northeast-1:000000000000:scheduling-policy/fair'],
    ]);
  });
});

test('within a share, a job with a higher priority goes first', async () => {
  await withLocalAws({ ...fairQueue, maxVcpus: 1 }, async ({ aws, define, submit, ends, reaches }) => {
    await define('true');
    const share = { jobQueue: 'fair', shareIdentifier: 'night' };
    const gate = join(tmpdir(), randomUUID());
    await define('until test -e "$GATE"; do sleep 0.02; done', { jobDefinitionName: 'first' });
    const environment = [{ name: 'GATE', value: gate }];
    const first = await submit({ ...share, jobDefinition: 'first', containerOverrides: { environment } });
    await reaches(first, 'RUNNING');

    const ids: string[] = [];
    for (const schedulingPriorityOverride of [1, 3, 2, 3])
      ids.push(await submit({ ...share, schedulingPriorityOverride }));
    await writeFile(gate, '');
    await Promise.all(ids.map(ends));
    await rm(gate);

    const order = aws.journal.processes().map(({ started }) => ids.indexOf(started.jobId));
    expect(order).toEqual([-1, 1, 3, 2, 0]);
  });
});

test('a queue made with a scheduling policy is one with fair share', async () => {
  await withLocalAws({}, async ({ batch, define, submit }) => {
    await define('true');
    await batch.send(
      new CreateJobQueueCommand({
        jobQueueName: 'made',
        priority: 1,
        computeEnvironmentOrder: [],
        schedulingPolicyArn: 'arn:aws:batch:ap-northeast-1:000000000000:scheduling-policy/x',
      }),
    );

    await expect(submit({ jobQueue: 'made' })).rejects.toThrow(/shareIdentifier must be given/);
  });
});

test('children are retried under their own index by exit code, each attempt with its own log', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends, describe }) => {
    await define('test "$AWS_BATCH_JOB_ATTEMPT" = 2 || exit $((74 + AWS_BATCH_JOB_ARRAY_INDEX))');
    const retryStrategy = {
      attempts: 3,
      evaluateOnExit: [
        { onExitCode: '75', action: 'RETRY' as const },
        { onReason: '*', action: 'EXIT' as const },
      ],
    };

    const jobId = await submit({ arrayProperties: { size: 2 }, retryStrategy });
    await ends(jobId);
    const children = [await describe(`${jobId}:0`), await describe(`${jobId}:1`)];

    expect(children.map((child) => child.status)).toEqual(['FAILED', 'SUCCEEDED']);
    expect(children.map((child) => child.attempts?.map(({ container }) => container?.exitCode))).toEqual([
      [74],
      [75, 0],
    ]);
    const streams = children[1]?.attempts?.map(({ container }) => container?.logStreamName);
    expect(new Set(streams).size).toBe(2);
    const ran = await until(
      () => aws.journal.processes(`${jobId}:1`),
      (processes) => processes.every((process) => process.ended !== undefined),
    );
    expect(ran.map(({ started }) => [started.index, started.attempt])).toEqual([
      [1, 1],
      [1, 2],
    ]);
  });
});
