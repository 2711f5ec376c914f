import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
  type SubmitJobRequest,
  TerminateJobCommand,
} from '@aws-sdk/client-batch';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

const onEc2 = { jobQueues: ['main', { name: 'nodes', type: 'EC2' as const }], maxVcpus: 2 };
const toNodes = (changes: Partial<SubmitJobRequest> = {}) => ({
  jobQueue: 'nodes',
  jobDefinition: 'nodes',
  ...changes,
});

test('all nodes run at once with their place in their environment, and the job ends as its main node does', async () => {
  await withLocalAws(onEc2, async (bench) => {
    const { aws, batch, submit, ends } = bench;
    // The main node waits for both others to be there: they could not take turns.
    await defineNodes(bench, {
      main: 'until test "$(ls "$ROOM" | wc -l)" = 2; do sleep 0.02; done; exit 0',
      others: 'mktemp "$ROOM/XXXXXX"; sleep 300',
    });
    const room = await mkdtemp(join(tmpdir(), 'nodes-'));

    const jobId = await submit(toNodes({ nodeOverrides: nodeEnvironment('ROOM', room) }));
    const job = await ends(jobId);

    const { jobs: nodes } = await batch.send(
      new DescribeJobsCommand({ jobs: [0, 1, 2].map((index) => `${jobId}#${index}`) }),
    );
    const { jobSummaryList } = await batch.send(new ListJobsCommand({ multiNodeJobId: jobId, jobStatus: 'FAILED' }));
    expect(job).toMatchObject({ status: 'SUCCEEDED', nodeProperties: { numNodes: 3, mainNode: 1 } });
    expect(job.container).toBeUndefined();
    expect(nodes?.map((node) => [node.status, node.nodeDetails])).toEqual([
      ['FAILED', { nodeIndex: 0, isMainNode: false }],
      ['SUCCEEDED', { nodeIndex: 1, isMainNode: true }],
      ['FAILED', { nodeIndex: 2, isMainNode: false }],
    ]);
    expect(nodes?.[1]?.container).toMatchObject({
      exitCode: 0,
      logStreamName: expect.stringMatching(/^nodes\/default/),
    });
    expect(jobSummaryList?.map((one) => one.nodeProperties)).toEqual([
      { nodeIndex: 0, isMainNode: false, numNodes: 3 },
      { nodeIndex: 2, isMainNode: false, numNodes: 3 },
    ]);
    const environments = aws.journal.processes(jobId).map(({ started }) => started.environment);
    expect(environments.map((one) => one.AWS_BATCH_JOB_NODE_INDEX).sort()).toEqual(['0', '1', '2']);
    expect(environments.map((one) => [one.AWS_BATCH_JOB_NUM_NODES, one.AWS_BATCH_JOB_MAIN_NODE_INDEX])).toEqual([
      ['3', '1'],
      ['3', '1'],
      ['3', '1'],
    ]);
    expect(aws.journal.running()).toEqual([]);
    await rm(room, { recursive: true });
  });
});

test('a node that fails does not fail the job; the main node does, and its exit code is at the node', async () => {
  await withLocalAws(onEc2, async (bench) => {
    await defineNodes(bench, { main: 'sleep 0.3; exit 0', others: 'exit 1' });
    const fine = await bench.ends(await bench.submit(toNodes()));
    await defineNodes(bench, { main: 'exit 7', others: 'exit 0' });
    const failed = await bench.ends(await bench.submit(toNodes()));

    expect(fine.status).toBe('SUCCEEDED');
    expect(failed).toMatchObject({ status: 'FAILED', statusReason: 'Essential container in task exited' });
    expect((await bench.describe(`${failed.jobId}#1`)).container?.exitCode).toBe(7);
  });
});

test('the job is tried again as a whole when its main node fails', async () => {
  await withLocalAws(onEc2, async (bench) => {
    await defineNodes(bench, { main: 'test "$AWS_BATCH_JOB_ATTEMPT" = 2', others: 'sleep 300' });

    const job = await bench.ends(await bench.submit(toNodes({ retryStrategy: { attempts: 2 } })));

    expect(job.status).toBe('SUCCEEDED');
    expect(job.attempts).toHaveLength(2);
    const attempts = bench.aws.journal.processes(`${job.jobId}#1`).map(({ started }) => started.attempt);
    expect(attempts).toEqual([1, 2]);
    expect(bench.aws.journal.running()).toEqual([]);
  });
});

test('the number of nodes is overridden where the definition leaves it open', async () => {
  await withLocalAws(onEc2, async (bench) => {
    const room = await mkdtemp(join(tmpdir(), 'nodes-'));
    await defineNodes(bench, {
      main: 'until test "$(ls "$ROOM" | wc -l)" = 4; do sleep 0.02; done',
      others: 'mktemp "$ROOM/XXXXXX"',
    });

    const nodeOverrides = { ...nodeEnvironment('ROOM', room), numNodes: 5 };
    const job = await bench.ends(await bench.submit(toNodes({ nodeOverrides })));
    await rm(room, { recursive: true });

    expect(job.nodeProperties?.numNodes).toBe(5);
    expect(bench.aws.journal.processes(job.jobId)).toHaveLength(5);
  });
});

test('terminating ends all nodes, also of a job that waits for its place', async () => {
  await withLocalAws(onEc2, async (bench) => {
    const { aws, batch, submit, ends, reaches } = bench;
    await defineNodes(bench, { main: 'sleep 300', others: 'sleep 300' });
    const running = await submit(toNodes());
    await until(
      () => aws.journal.running().length,
      (count) => count === 3,
    );
    const waiting = await submit(toNodes());
    await reaches(waiting, 'RUNNABLE');

    for (const jobId of [waiting, running]) {
      await batch.send(new TerminateJobCommand({ jobId, reason: 'run was cancelled' }));
    }

    for (const jobId of [waiting, running]) {
      expect(await ends(jobId)).toMatchObject({ status: 'FAILED', statusReason: 'run was cancelled' });
      expect((await bench.describe(`${jobId}#0`)).status).toBe('FAILED');
    }
    expect(aws.journal.processes(waiting)).toEqual([]);
    expect(aws.journal.running()).toEqual([]);
  });
});

const refusals: [string, Partial<SubmitJobRequest>, RegExp][] = [
  ['a Fargate queue', { jobQueue: 'main' }, /queue of EC2/],
  ['container overrides', { containerOverrides: { command: ['x'] } }, /no containerOverrides/],
  ['an array', { arrayProperties: { size: 2 } }, /cannot be an array/],
  ['fewer nodes than the main node needs', { nodeOverrides: { numNodes: 1 } }, /mainNode must be below numNodes/],
];

test.each(refusals)('a multi-node job is refused with %s', async (_, changes, message) => {
  await withLocalAws(onEc2, async (bench) => {
    await defineNodes(bench, { main: 'true', others: 'true' });

    await expect(bench.submit(toNodes(changes))).rejects.toMatchObject({
      name: 'ClientException',
      message: expect.stringMatching(message),
    });
  });
});

/** Three nodes, of which the second is the main one. */
async function defineNodes({ batch }: Bench, scripts: { main: string; others: string }): Promise<void> {
  const container = (script: string) => ({ image: 'image', command: ['sh', '-c', script] });
  await batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'nodes',
      type: 'multinode',
      nodeProperties: {
        numNodes: 3,
        mainNode: 1,
        nodeRangeProperties: [
          { targetNodes: '0:', container: container(scripts.others) },
          { targetNodes: '1', container: container(scripts.main) },
        ],
      },
    }),
  );
}

function nodeEnvironment(name: string, value: string): SubmitJobRequest['nodeOverrides'] {
  const containerOverrides = { environment: [{ name, value }] };
  return { nodePropertyOverrides: [{ targetNodes: '0:', containerOverrides }] };
}
