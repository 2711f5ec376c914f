import { join } from 'node:path';
import { createAppImages } from '../../../local/apps/app-images.ts';
import { jsonLines, startProgram } from '../run-program.ts';

const root = process.cwd();
const event = {
  metadata: {
    app_name: 'nightshift',
    stage: 'dev',
    batch_name: 'crawler',
    job_name: 'nightshift-dev-crawler-0123456789abcdef',
    command: ['python', '/opt/app/job/crawler.py'],
    vcpus: 1,
    memory: 2048,
    image_uri: 'registry/crawler',
    image_tag: 'v1',
    env: { STAGE: 'dev' },
  },
  input: { message: 'not for the log' },
  batch: { jobId: 'job-1', status: 'SUCCEEDED', statusReason: 'Essential container in task exited' },
  run: { id: 'crawler/2026-11-21T20:05Z' },
};

let directory: string;
beforeAll(async () => {
  ({ directory } = await createAppImages({ directory: root }).image('handlers'));
}, 120_000);

test('the success handler tells what has succeeded, and logs one line without the input', async () => {
  const { result, log, stdout } = await invoke('success-handler', event);

  const message = 'crawler of nightshift (dev) has succeeded: python /opt/app/job/crawler.py';
  expect(result).toEqual({ notified: true, message, jobId: 'job-1' });
  expect(log).toEqual([{ event: 'success handled', run: event.run.id, jobId: 'job-1', message }]);
  expect(stdout).not.toContain('not for the log');
});

test('the error handler tells what has failed and why', async () => {
  const batch = { ...event.batch, status: 'FAILED', statusReason: 'Job attempt duration exceeded timeout' };
  const error = { class: 'timeout', message: 'The step crawl#1 took longer than 5 minutes' };

  const { result, log } = await invoke('error-handler', { ...event, batch, error });

  const message =
    'crawler of nightshift (dev) has failed (timeout): The step crawl#1 took longer than 5 minutes · Batch: Job attempt duration exceeded timeout';
  expect(result).toEqual({ notified: true, message, failureClass: 'timeout' });
  expect(log).toEqual([{ event: 'error handled', run: event.run.id, failureClass: 'timeout', message }]);
});

test('a failure before any job was made has no detail of Batch', async () => {
  const { result } = await invoke('error-handler', { ...event, batch: null, error: { message: 'AccessDenied' } });

  expect(result).toEqual({
    notified: true,
    message: 'crawler of nightshift (dev) has failed (unknown): AccessDenied',
    failureClass: 'unknown',
  });
});

test.each(['success-handler', 'error-handler'])('the %s names all that is wrong with its event', async (name) => {
  const { image_tag: _, ...metadata } = { ...event.metadata, vcpus: '1', command: 'python' };

  const { failure } = await invoke(name, { ...event, metadata, run: {} });

  expect(failure).toBe(
    'The event is not as it should be: metadata.image_tag must be a text; metadata.command must be a list of texts; ' +
      'metadata.vcpus must be a number; run.id must be a text',
  );
});

test('the error handler wants an error', async () => {
  const { failure } = await invoke('error-handler', event);

  expect(failure).toBe('The event is not as it should be: error.message must be a text');
});

/** Calls `index.handler` of a built function as Lambda does, in a process of its own. */
async function invoke(name: string, payload: unknown) {
  const program = `
    import { handler } from ${JSON.stringify(join(directory, name, 'index.js'))};
    await handler(JSON.parse(process.env.EVENT)).then(
      (result) => console.log(JSON.stringify({ result })),
      (error) => console.log(JSON.stringify({ failure: error.message })),
    );`;
  const command = [process.execPath, '--input-type=module', '--eval', program];
  const { code, stdout, stderr } = await startProgram({ directory }, command, { EVENT: JSON.stringify(payload) }).ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = jsonLines(stdout);
  const { result, failure } = lines.at(-1) ?? {};
  return { result, failure, log: lines.slice(0, -1), stdout };
}
