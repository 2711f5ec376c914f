import { batchTask, bucket, defineJob, lambdaTask, queue, secret, topic } from 'nightshift';

type Notified = { notified: boolean; message: string };

/** Crawls every five minutes; a Lambda hears of each success, another one of each failure. */
export const crawler = defineJob({
  id: 'crawler',
  name: 'Crawler',
  schedule: { expression: 'rate(5 minutes)', timezone: 'Asia/Tokyo', input: { message: 'hello' } },
  input: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  timeout: '1 hour',
  tasks: {
    crawl: batchTask<{ message: string }, { pages: number; broken: string[] }>({
      app: 'crawler',
      command: ['python', '/opt/app/job/crawler.py', 'Ref::sfn_input'],
      vcpu: 1,
      memory: '2 GB',
      output: 'line',
      environment: { STAGE: '{stage}', DB_NAME: 'market' },
      uses: [
        topic('crawls', { env: 'SNS_ARN' }),
        bucket('crawls', { env: 'BUCKET', access: 'write' }),
        secret('market/database', { env: 'DB_SECRET_NAME' }),
        queue('crawls', { env: 'JOB_QUEUE_URL' }),
      ],
    }),
    succeeded: lambdaTask<object, Notified>({ app: 'handlers', handler: 'success-handler/index.handler' }),
    failed: lambdaTask<object, Notified>({ app: 'handlers', handler: 'error-handler/index.handler' }),
  },
  async run({ tasks, input }) {
    const { pages, broken } = await tasks.crawl(input, { parameters: { sfn_input: JSON.stringify(input) } });
    return { records: pages, broken };
  },
  async onSuccess({ tasks, result, describe, input, run }) {
    return { ...result, handler: await tasks.succeeded({ ...(await describe('crawl')), input, run }) };
  },
  async onFailure({ tasks, error, describe, input, run }) {
    return { handler: await tasks.failed({ ...(await describe('crawl')), input, run, error }) };
  },
});
