import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TerminateJobCommand } from '@aws-sdk/client-batch';
import { localCommand } from '../../../local/aws/images.ts';
import { withLocalAws } from './with-local-aws.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'image-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('an image is made when a task first needs it, not before', async () => {
  let made = 0;
  const image = async () => {
    made += 1;
    return { directory };
  };

  await withLocalAws({ images: { image } }, async ({ define, submit, ends }) => {
    await define('true');
    expect(made).toBe(0);
    const job = await ends(await submit());

    expect(job.status).toBe('SUCCEEDED');
    expect(made).toBe(1);
  });
});

test('a task whose image cannot be made fails to start with the reason, and the next one tries again', async () => {
  const image = jest.fn(async () => ({ directory }));
  image.mockRejectedValueOnce(new Error('The app "worker" needs Go 1.21 or later'));

  await withLocalAws({ images: { image } }, async ({ aws, define, submit, ends }) => {
    await define('true');
    const failed = await ends(await submit());
    const next = await ends(await submit());

    expect(failed).toMatchObject({
      status: 'FAILED',
      statusReason: 'Task failed to start',
      container: { reason: 'CannotStartContainerError: The app "worker" needs Go 1.21 or later' },
    });
    expect(aws.journal.processes(failed.jobId)).toEqual([]);
    expect(next.status).toBe('SUCCEEDED');
  });
});

test('a job that is terminated while its image is made starts no process', async () => {
  let finish: (image: { directory: string }) => void = () => undefined;
  const image = () => new Promise<{ directory: string }>((resolve) => (finish = resolve));

  await withLocalAws({ images: { image } }, async ({ aws, batch, define, submit, reaches, ends }) => {
    await define('true');
    const id = await submit();
    await reaches(id, 'STARTING');
    await batch.send(new TerminateJobCommand({ jobId: id, reason: 'no longer wanted' }));
    const job = await ends(id);
    finish({ directory });

    expect(job).toMatchObject({ status: 'FAILED', statusReason: 'no longer wanted' });
    expect(aws.journal.processes(id)).toEqual([]);
  });
});

test('stopping does not wait for an image that is never made', async () => {
  const image = () => new Promise<never>(() => undefined);

  await withLocalAws({ images: { image } }, async ({ define, submit, reaches }) => {
    await define('true');
    await reaches(await submit(), 'STARTING');
  });
});

test('a command names files by their path in the image', async () => {
  await writeFile(join(directory, 'hello.sh'), 'echo hello; exit 7');
  const image = { directory: tmpdir(), paths: { '/opt/app/job': directory } };

  await withLocalAws({ images: { image } }, async ({ aws, define, submit, ends }) => {
    const command = ['sh', '/opt/app/job/hello.sh'];
    await define('', { containerProperties: { image: 'image', command } });
    const job = await ends(await submit());

    expect(job.container?.exitCode).toBe(7);
    // What was asked for is what the journal shows.
    expect(aws.journal.processes(job.jobId)[0]?.started.command).toEqual(command);
  });
});

test('only whole parts of a path are translated', () => {
  const image = { directory: '/x', paths: { '/opt/app': '/here' } };

  expect(localCommand(image, ['/opt/app', '/opt/app/a b.py', '/opt/apple', '--in=/opt/app/a', 'opt/app'])).toEqual([
    '/here',
    '/here/a b.py',
    '/opt/apple',
    '--in=/opt/app/a',
    'opt/app',
  ]);
});
