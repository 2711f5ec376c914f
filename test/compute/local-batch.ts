import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchClient, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import type { BatchRequest, Compute, Observation } from '../../compute/port.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { until } from '../support/until.ts';
import { startRequest } from './requests.ts';
import { computeAt } from './scripted-aws.ts';

/** A local AWS with two queues and one definition, and the adapter on it. */
export interface LocalBatch {
  aws: LocalAws;
  compute: Compute<BatchRequest>;
  /** A request that runs a shell script, with tags and a name of its own. */
  script(source: string, fields?: Partial<BatchRequest>): BatchRequest;
  /** Waits until AWS says that the job has ended. */
  ended(jobId: string): Promise<Extract<Observation, { status: 'ended' }>>;
  stop(): Promise<void>;
}

export const logGroup = '/nightshift/test';

/** Starts one; `stop` leaves no process behind. */
export async function startLocalBatch(): Promise<LocalBatch> {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-compute-'));
  const aws = await startLocalAws({
    images: { ranking: { directory } },
    jobQueues: ['on-demand', 'spot'],
    maxVcpus: 4,
    timings: { killGraceMs: 500, attemptSecondMs: 10 },
  });
  const definition = await registerDefinition(aws);
  const compute = computeAt(aws.endpoint, 5_000);
  let count = 0;
  return {
    aws,
    compute,
    script(source, fields = {}) {
      count += 1;
      const attemptId = `attempt-${count}`;
      return startRequest({
        name: `shop-test-BATCH-001-${attemptId}`,
        definition,
        logGroup,
        tags: { 'nightshift:attempt': attemptId, 'nightshift:database': 'd1' },
        command: ['/bin/sh', '-c', source],
        environment: { NIGHTSHIFT_ATTEMPT_ID: attemptId },
        ...fields,
      });
    },
    ended: (jobId) =>
      until(
        async () => {
          const observed = (await compute.describe([jobId])).get(jobId);
          return observed?.status === 'ended' && observed;
        },
        { describe: `the end of job ${jobId}` },
      ),
    async stop() {
      await aws.stop();
      await rm(directory, { recursive: true });
    },
  };
}

async function registerDefinition(aws: LocalAws): Promise<string> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const batch = new BatchClient({ region: aws.region, endpoint: aws.endpoint, credentials, maxAttempts: 1 });
  const registered = await batch.send(
    new RegisterJobDefinitionCommand({
      jobDefinitionName: 'ranking',
      type: 'container',
      platformCapabilities: ['FARGATE'],
      containerProperties: {
        image: 'ranking',
        command: ['/bin/sh', '-c', 'exit 99'],
        resourceRequirements: [
          { type: 'VCPU', value: '0.25' },
          { type: 'MEMORY', value: '512' },
        ],
        logConfiguration: {
          logDriver: 'awslogs',
          options: { 'awslogs-group': logGroup, 'awslogs-stream-prefix': 'ranking' },
        },
      },
    }),
  );
  batch.destroy();
  return registered.jobDefinitionArn ?? '';
}
