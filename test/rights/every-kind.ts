import {
  batchTask,
  bucket,
  codeBuildTask,
  defineJob,
  ecsTask,
  functionTask,
  lambdaTask,
  queue,
  secret,
  topic,
} from 'nightshift';
import type { Place } from '../../model/deployed-names.ts';

const uses = [
  secret('market/database', { env: 'SECRET' }),
  bucket('crawls'),
  bucket('pages', { access: 'read' }),
  bucket('results', { access: 'write' }),
  topic('crawls'),
  queue('crawls'),
];
const size = { vcpu: 1, memory: '2 GB' } as const;

/** A job with a task of every kind, and every use. */
export const everyKind = defineJob({
  id: 'every-kind',
  name: 'Every kind',
  locks: [{ name: 'shared', external: 'dynamodb' }],
  tasks: {
    batch: batchTask({ app: 'work', command: ['work'], ...size, spot: true, secrets: { URL: 'shop/database' }, uses }),
    named: batchTask({ app: 'work', command: ['work'], ...size, queue: 'gpu' }),
    ecs: ecsTask({ app: 'work', command: ['work'], ...size, secrets: { URL: 'shop/database' }, uses }),
    build: codeBuildTask({ app: 'build', secrets: { URL: 'shop/database' }, uses }),
    lambda: lambdaTask({ app: 'handlers', uses }),
    called: functionTask('functions/work'),
  },
  async run({ tasks }) {
    await tasks.called();
  },
});

/** A stage where some things were there before. */
export const prod: Place = {
  project: 'shop',
  stage: 'prod',
  region: 'ap-northeast-1',
  accountId: '123456789012',
  existing: {
    secrets: { 'shop/database': 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:main-AbCdEf' },
    buckets: { pages: 'all-pages' },
    topics: { crawls: 'arn:aws:sns:ap-northeast-1:123456789012:everything' },
    queues: {},
    jobQueues: { gpu: 'arn:aws:batch:ap-northeast-1:123456789012:job-queue/big-machines' },
    latchTable: 'batch-locks',
    databaseSecret: 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:nightshift-AbCdEf',
    workerSecrets: ['arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:slack-AbCdEf'],
  },
};
