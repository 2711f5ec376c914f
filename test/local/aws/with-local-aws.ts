import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import {
  BatchClient,
  DescribeJobsCommand,
  type JobDetail,
  RegisterJobDefinitionCommand,
  type RegisterJobDefinitionRequest,
  SubmitJobCommand,
  type SubmitJobRequest,
} from '@aws-sdk/client-batch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { type LocalAws, type LocalAwsOptions, startLocalAws } from '../../../local/aws/index.ts';

/** A local AWS with the SDK's own clients, and short words for what every test does. */
export interface Bench {
  aws: LocalAws;
  batch: BatchClient;
  logs: CloudWatchLogsClient;
  sqs: SQSClient;
  secrets: SecretsManagerClient;
  /** Registers `job`, whose command is a shell line. */
  define(script: string, changes?: Partial<RegisterJobDefinitionRequest>): Promise<string>;
  /** Submits to the queue `main`; returns the job's id. */
  submit(changes?: Partial<SubmitJobRequest>): Promise<string>;
  describe(jobId: string): Promise<JobDetail>;
  /** Waits for a state that the job is then in. */
  reaches(jobId: string, ...statuses: string[]): Promise<JobDetail>;
  ends(jobId: string): Promise<JobDetail>;
}

/** Runs `test` with a local AWS of one queue `main`, one image `image`, and short periods. */
export async function withLocalAws(
  options: Partial<LocalAwsOptions>,
  test: (bench: Bench) => Promise<void>,
): Promise<void> {
  const aws = await startLocalAws({
    images: { image: { directory: tmpdir() } },
    jobQueues: ['main'],
    eventQueue: 'events',
    timings: { killGraceMs: 300, attemptSecondMs: 10 },
    ...options,
  });
  const settings = {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  const clients = {
    batch: new BatchClient(settings),
    logs: new CloudWatchLogsClient(settings),
    sqs: new SQSClient(settings),
    secrets: new SecretsManagerClient(settings),
  };
  try {
    await test({ aws, ...clients, ...shortWords(clients.batch) });
  } finally {
    for (const client of Object.values(clients)) client.destroy();
    await aws.stop();
  }
}

function shortWords(batch: BatchClient): Pick<Bench, 'define' | 'submit' | 'describe' | 'reaches' | 'ends'> {
  async function describe(jobId: string): Promise<JobDetail> {
    const { jobs } = await batch.send(new DescribeJobsCommand({ jobs: [jobId] }));
    const [job] = jobs ?? [];
    if (!job) throw new Error(`No such job: ${jobId}`);
    return job;
  }
  const reaches = (jobId: string, ...statuses: string[]) =>
    until(
      () => describe(jobId),
      (job) => statuses.includes(job.status ?? ''),
    );
  return {
    describe,
    reaches,
    ends: (jobId) => reaches(jobId, 'SUCCEEDED', 'FAILED'),
    async define(script, changes) {
      const answer = await batch.send(
        new RegisterJobDefinitionCommand({
          jobDefinitionName: 'job',
          type: 'container',
          containerProperties: { image: 'image', command: ['sh', '-c', script] },
          ...changes,
        }),
      );
      return answer.jobDefinitionArn ?? '';
    },
    async submit(changes) {
      const request = { jobName: 'job', jobQueue: 'main', jobDefinition: 'job', ...changes };
      const { jobId } = await batch.send(new SubmitJobCommand(request));
      return jobId ?? '';
    },
  };
}

/** Looks until what is seen is as it should be; throws with what was seen last. */
export async function until<Seen>(
  look: () => Seen | Promise<Seen>,
  isReached: (seen: Seen) => boolean,
  deadlineMs = 15_000,
): Promise<Seen> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await look();
    if (isReached(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`Not reached in ${deadlineMs} ms: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** The members of a process group that run; those that have ended and only wait to be noticed do not count. */
export function livingInGroup(group: number): number[] {
  const listed = execFileSync('ps', ['-A', '-o', 'pid=,pgid=,stat='], { encoding: 'utf8' });
  return listed
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, pgid, state]) => Number(pgid) === group && state?.startsWith('Z') === false)
    .map(([pid]) => Number(pid));
}
