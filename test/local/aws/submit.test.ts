import {
  DeregisterJobDefinitionCommand,
  DescribeJobDefinitionsCommand,
  DescribeJobQueuesCommand,
  DescribeJobsCommand,
  ListTagsForResourceCommand,
  RegisterJobDefinitionCommand,
  type SubmitJobRequest,
} from '@aws-sdk/client-batch';
import { withLocalAws } from './with-local-aws.ts';

const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag${n}`, 'x']));

const refusals: [string, Partial<SubmitJobRequest>, RegExp][] = [
  ['a name that begins with a dash', { jobName: '-job' }, /jobName/],
  ['a name of 129 characters', { jobName: 'x'.repeat(129) }, /jobName/],
  ['a name with a slash', { jobName: 'a/b' }, /jobName/],
  ['an array of one', { arrayProperties: { size: 1 } }, /between 2 and 10000, got 1/],
  ['an array of 10,001', { arrayProperties: { size: 10_001 } }, /got 10001/],
  ['a timeout of 59 seconds', { timeout: { attemptDurationSeconds: 59 } }, /at least 60, got 59/],
  ['51 tags', { tags: tags(51) }, /at most 50 tags, got 51/],
  ['a payload above 30 KiB', { parameters: { text: 'x'.repeat(31_000) } }, /30720 bytes/],
  ['a queue that is not there', { jobQueue: 'other' }, /JobQueue other not found/],
  ['a definition that is not there', { jobDefinition: 'other' }, /JobDefinition other not found/],
  ['a revision that is not there', { jobDefinition: 'job:7' }, /JobDefinition job:7 not found/],
  ['11 attempts', { retryStrategy: { attempts: 11 } }, /between 1 and 10, got 11/],
  [
    'a variable that begins with AWS_BATCH',
    { containerOverrides: { environment: [{ name: 'AWS_BATCH_X', value: '1' }] } },
    /AWS_BATCH_X/,
  ],
  [
    'exit conditions without attempts',
    { retryStrategy: { evaluateOnExit: [{ onExitCode: '1', action: 'EXIT' }] } },
    /needs attempts/,
  ],
  [
    'a leading wildcard in an exit condition',
    { retryStrategy: { attempts: 2, evaluateOnExit: [{ onReason: '*Error', action: 'EXIT' }] } },
    /restricted characters/,
  ],
];

test.each(refusals)('SubmitJob refuses %s as a ClientException', async (_, changes, message) => {
  await withLocalAws({}, async ({ define, submit, aws }) => {
    await define('true');

    const refused = submit(changes);

    await expect(refused).rejects.toMatchObject({ name: 'ClientException', message: expect.stringMatching(message) });
    expect(aws.journal.calls('SubmitJob')).toMatchObject([{ outcome: 'ClientException' }]);
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('a name alone means the newest active revision, and revisions keep their numbers', async () => {
  await withLocalAws({}, async ({ batch, define, submit, ends }) => {
    const first = await define('true');
    const second = await define('true');
    const newest = await ends(await submit());
    const byArn = await ends(await submit({ jobDefinition: first }));
    await batch.send(new DeregisterJobDefinitionCommand({ jobDefinition: second }));
    const afterwards = await ends(await submit());

    const third = await define('true');
    const { jobDefinitions } = await batch.send(
      new DescribeJobDefinitionsCommand({ jobDefinitionName: 'job', status: 'ACTIVE' }),
    );

    expect(newest.jobDefinition).toBe(second);
    expect([byArn.jobDefinition, afterwards.jobDefinition]).toEqual([first, first]);
    expect(third).toMatch(/job-definition\/job:3$/);
    expect(jobDefinitions?.map((definition) => definition.revision)).toEqual([3, 1]);
    await expect(submit({ jobDefinition: second })).rejects.toThrow(/not ACTIVE/);
  });
});

test('RegisterJobDefinition keeps the rules of definitions', async () => {
  await withLocalAws({}, async ({ batch, define }) => {
    const container = { image: 'image', environment: [{ name: 'AWS_BATCH_JOB_ID', value: 'x' }] };

    await expect(define('true', { jobDefinitionName: 'a b' })).rejects.toThrow(/jobDefinitionName/);
    await expect(define('true', { containerProperties: container })).rejects.toThrow(/AWS_BATCH_JOB_ID/);
    await expect(define('true', { timeout: { attemptDurationSeconds: 5 } })).rejects.toThrow(/at least 60/);
    await expect(
      batch.send(new RegisterJobDefinitionCommand({ jobDefinitionName: 'nodes', type: 'multinode' })),
    ).rejects.toMatchObject({ name: 'ClientException' });
  });
});

test('overrides are merged over the definition', async () => {
  await withLocalAws({}, async ({ define, submit, ends }) => {
    await define('exit 1', {
      parameters: { greeting: 'hello', name: 'nobody' },
      containerProperties: {
        image: 'image',
        command: ['false'],
        environment: [
          { name: 'KEPT', value: 'kept' },
          { name: 'CHANGED', value: 'before' },
        ],
        resourceRequirements: [
          { type: 'VCPU', value: '1' },
          { type: 'MEMORY', value: '2048' },
        ],
      },
    });

    const job = await ends(
      await submit({
        parameters: { name: 'you' },
        containerOverrides: {
          command: [
            'sh',
            '-c',
            'test "$KEPT $CHANGED $1 $2" = "kept after hello you"',
            'sh',
            'Ref::greeting',
            'Ref::name',
          ],
          environment: [{ name: 'CHANGED', value: 'after' }],
          resourceRequirements: [{ type: 'MEMORY', value: '4096' }],
        },
      }),
    );

    expect(job.status).toBe('SUCCEEDED');
    expect(job.parameters).toEqual({ greeting: 'hello', name: 'you' });
    expect(job.container?.resourceRequirements).toEqual([
      { type: 'VCPU', value: '1' },
      { type: 'MEMORY', value: '4096' },
    ]);
  });
});

test('overrides above 8,192 characters are accepted, and the job fails later', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('true');

    const jobId = await submit({
      containerOverrides: { environment: [{ name: 'JOB_INPUT', value: 'x'.repeat(8_200) }] },
    });

    expect(await ends(jobId)).toMatchObject({
      status: 'FAILED',
      statusReason: 'Container Overrides length must be at most 8192',
    });
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('DescribeJobs takes 100 ids, leaves out unknown ones, and refuses 101', async () => {
  await withLocalAws({}, async ({ batch, define, submit }) => {
    await define('true');
    const jobId = await submit({ tags: { attempt: 'a1' } });
    const ids = (count: number) => [jobId, ...Array.from({ length: count - 1 }, (_, n) => `unknown-${n}`)];

    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: ids(100) }));

    expect(jobs).toMatchObject([{ jobId, tags: { attempt: 'a1' } }]);
    await expect(batch.send(new DescribeJobsCommand({ jobs: ids(101) }))).rejects.toMatchObject({
      name: 'ClientException',
    });
  });
});

test('tags and queues can be asked for', async () => {
  await withLocalAws({ jobQueues: ['main', 'spot'] }, async ({ batch, define, submit, describe }) => {
    await define('true');
    const { jobArn } = await describe(await submit({ tags: { attempt: 'a1' } }));

    const { tags: found } = await batch.send(new ListTagsForResourceCommand({ resourceArn: jobArn }));
    const { jobQueues } = await batch.send(new DescribeJobQueuesCommand({ jobQueues: ['spot'] }));

    expect(found).toEqual({ attempt: 'a1' });
    expect(jobQueues).toMatchObject([{ jobQueueName: 'spot', state: 'ENABLED', status: 'VALID' }]);
  });
});
