import type { CallEntry, JournalEntry, StartedEntry } from '../../local/aws/index.ts';
import { type LocalDev, withLocalDev } from './local-dev.ts';

const input = ['--input', '{"message":"hello"}'];

function calls(entries: JournalEntry[], operation: string): CallEntry[] {
  return entries.filter((entry): entry is CallEntry => entry.kind === 'call' && entry.operation === operation);
}

/** The events with which a handler was called, first to last. */
function eventsOf(entries: JournalEntry[], handler: string): Record<string, unknown>[] {
  return calls(entries, 'Invoke')
    .filter(({ request }) => String(request.FunctionName).endsWith(handler))
    .map(({ request }) => request.Payload as Record<string, unknown>);
}

async function since(dev: LocalDev, work: () => Promise<void>): Promise<JournalEntry[]> {
  const before = (await dev.journal()).length;
  await work();
  return (await dev.journal()).slice(before);
}

const metadata = {
  app_name: 'examples',
  stage: 'local',
  batch_name: expect.stringMatching(/^examples-local-crawler-[0-9a-f]{16}$/),
  job_name: 'crawler',
  command: ['python', '/opt/app/job/crawler.py', 'Ref::sfn_input'],
  vcpus: 1,
  memory: 2_048,
  image_uri: 'nightshift-local/crawler',
  image_tag: '',
  env: expect.objectContaining({ DB_SECRET_NAME: 'market/database' }),
};

test(
  'the crawler crawls, and the handlers hear of its success and of whatever fails',
  () =>
    withLocalDev(async (dev) => {
      const crawled = await since(dev, async () => {
        const { run } = await dev.run('crawler', '--date', '2026-11-21T20:05Z', ...input);

        expect(run.run).toMatchObject({ status: 'succeeded', result: { records: 4, handler: { notified: true } } });
      });
      const [container] = crawled.filter((entry): entry is StartedEntry => entry.kind === 'started');
      expect(container?.environment).toMatchObject({
        STAGE: 'local',
        DB_NAME: 'market',
        JOB_INPUT: '{"message":"hello"}',
      });
      expect(container?.command.at(-1)).toBe('{"message":"hello"}');
      for (const operation of ['GetSecretValue', 'PutObject', 'Publish']) {
        expect(calls(crawled, operation)).toHaveLength(1);
      }
      const [event] = eventsOf(crawled, 'succeeded');
      expect(event).toMatchObject({
        metadata,
        input: { message: 'hello' },
        batch: { jobId: container?.jobId, status: 'SUCCEEDED' },
        run: { id: 'crawler/2026-11-21T20:05Z' },
      });

      const failed = await since(dev, async () => {
        await dev.misbehave({
          jobRules: [{ kind: 'outOfMemory', ms: 0 }],
          rules: [{ kind: 'throttle', operation: 'Invoke', times: 2 }],
        });
        const { code, run } = await dev.run('crawler', '--date', '2026-11-21T20:10Z', ...input);

        expect({ code, status: run.run.status }).toEqual({ code: 1, status: 'failed' });
        expect(run.run.result).toMatchObject({ handler: { notified: true, failureClass: 'outOfMemory' } });
        expect(run.run.error).toMatchObject({ class: 'outOfMemory', step: 'crawl#1' });
      });
      // Lambda was busy twice: after 2 s, then after 4 s.
      const [first = 0, second = 0, third = 0] = calls(failed, 'Invoke').map(({ at }) => at);
      expect(second - first).toBeGreaterThanOrEqual(2_000);
      expect(third - second).toBeGreaterThanOrEqual(4_000);
      expect(eventsOf(failed, 'succeeded')).toEqual([]);
      expect(eventsOf(failed, 'failed').at(-1)).toMatchObject({
        metadata,
        batch: { status: 'FAILED' },
        error: { class: 'outOfMemory' },
      });

      const unheard = await since(dev, async () => {
        await dev.misbehave({ rules: [{ kind: 'accessDenied', operation: 'Invoke', times: 1 }] });
        const { run } = await dev.run('crawler', '--date', '2026-11-21T20:15Z', ...input);

        expect(run.run).toMatchObject({
          status: 'failed',
          error: { class: 'accessDenied', step: 'onSuccess/succeeded#1' },
          result: { handler: { notified: true } },
        });
      });
      expect(eventsOf(unheard, 'failed')).toHaveLength(1);
    }),
  300_000,
);
