import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { parse } from 'dotenv';
import { sectionOf, textOf } from '../docs/documents.ts';
import { type TempProject, withProject } from '../support/temp-project.ts';
import { until } from '../support/until.ts';

const files = {
  'test/support/sleeper/nightshift.config.ts': 'nightshift.config.ts',
  'test/support/jobs/doors.ts': 'jobs/doors.ts',
  'test/support/apps/work': 'apps/work',
};

async function statusOf(project: TempProject, run: string): Promise<string> {
  const { stdout } = await project.run('show', run, '--json');
  return (JSON.parse(stdout) as { run: { status: string } }).run.status;
}

test(
  'local mode says where it takes webhooks; the command lines of the manual and an event on its queue start runs',
  () =>
    withProject(files, async (project) => {
      const dev = project.start('dev');
      await dev.prints('Ctrl-C stops everything', 120_000);
      expect(dev.output()).toMatch(/Webhooks at http:\/\/127\.0\.0\.1:\d+\/hooks\/<job>/);
      const local = parse(readFileSync(join(project.directory, '.nightshift', 'local.env')));
      const { startQueueUrl } = JSON.parse(
        readFileSync(join(project.directory, '.nightshift', 'resources.json'), 'utf8'),
      );

      const [, script = ''] = /```sh\n([\s\S]+?)```/.exec(sectionOf(textOf('docs/operations.md'), 'Webhooks')) ?? [];
      const fitted = script
        .replace('BATCH-001', 'HOOKED')
        .replace(/^body=.*$/m, `body='{"date":"2026-11-20","input":{"bucket":"b"}}'`);
      await promisify(execFile)('sh', ['-euc', fitted], { env: { PATH: process.env.PATH, ...local } });
      const sqs = new SQSClient({
        region: local.AWS_REGION ?? '',
        endpoint: local.AWS_ENDPOINT_URL ?? '',
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
      });
      const event = {
        source: 'shop.orders',
        'detail-type': 'Orders exported',
        time: '2026-11-21T03:00:00Z',
        detail: { bucket: 'orders-tokyo' },
      };
      await sqs.send(new SendMessageCommand({ QueueUrl: startQueueUrl, MessageBody: JSON.stringify(event) }));

      for (const run of ['HOOKED/2026-11-20', 'HOOKED/2026-11-21']) {
        await until(async () => (await statusOf(project, run)) === 'succeeded', {
          describe: `${run} to succeed`,
        });
      }
      dev.child.kill('SIGINT');
      expect((await dev.ended).code).toBe(0);
    }),
  300_000,
);
