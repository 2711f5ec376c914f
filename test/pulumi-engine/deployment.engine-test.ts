import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { smallDev } from '../pulumi/stacks.ts';
import { withEngineStack } from './engine-stack.ts';
import { copyProject, type Edits } from './project-copy.ts';

const config = { ...smallDev, 'nightshift:images': '.nightshift/images/dev.json' };
const copies: string[] = [];
afterAll(async () => {
  for (const copy of copies) await rm(copy, { recursive: true, force: true });
});

async function project(edits?: Edits): Promise<string> {
  const copy = await copyProject(edits);
  copies.push(copy);
  return copy;
}

test('preview makes nothing, up makes it all once, a changed job changes its own resources, and destroy leaves nothing', async () => {
  const first = await project();
  await withEngineStack(first, config, async ({ stack, aws, use }) => {
    const preview = await stack.preview();
    expect(preview.changeSummary).toEqual({ create: expect.any(Number) });
    expect(aws.there.size).toBe(0);

    const up = await stack.up();
    expect(up.summary.resourceChanges).toEqual({ create: preview.changeSummary.create });
    expect((await stack.preview()).changeSummary).toEqual({ same: preview.changeSummary.create });

    const made = aws.log.length;
    use(await project({ 'jobs/crawler.ts': (text) => text.replace("memory: '2 GB'", "memory: '3 GB'") }));
    await stack.up();
    expect(aws.log.slice(made).sort()).toEqual([
      'update aws:batch/jobDefinition:JobDefinition nightshift-dev-crawler-crawl',
      'update aws:s3/bucketObjectv2:BucketObjectv2 resources-job-crawler',
    ]);

    await stack.destroy();
    // Job definitions and the like are gone; sources and resources files are of a bucket that is gone with them.
    expect([...aws.there.values()].filter(({ type }) => !type.startsWith('aws:s3/bucketObject'))).toEqual([]);
  });
});

test('what was deleted by hand is found by refresh, and made again', async () => {
  await withEngineStack(await project(), config, async ({ stack, aws }) => {
    await stack.up();
    aws.lose('nightshift-dev-crawler-crawl');

    await stack.refresh();
    const made = aws.log.length;
    await stack.up();

    expect(aws.log.slice(made)).toContain('create aws:batch/jobDefinition:JobDefinition nightshift-dev-crawler-crawl');
  });
});

test('a job that cannot work fails the preview with its file, and nothing is made', async () => {
  const wrong = await project({ 'jobs/crawler.ts': (text) => text.replace("memory: '2 GB'", "memory: '1 GB'") });

  const { failure, made } = await previewAlone(wrong);

  expect(failure).toContain('jobs/crawler.ts: crawler: tasks.crawl.memory: Fargate has no 1024 MiB with 1 vCPU');
  expect(made).toBe(0);
});

test('no secret is in the state, and no password anywhere', async () => {
  await withEngineStack(await project(), config, async ({ stack, state }) => {
    await stack.up();
    const kept = await state();

    expect(kept).not.toContain('"password":');
    expect(kept).not.toContain('secretString');
    expect(kept).toContain('manageMasterUserPassword');
  });
});

/** What a preview of the project says, in a process of its own. */
async function previewAlone(directory: string): Promise<{ failure: string; made: number }> {
  const script = fileURLToPath(new URL('./preview-once.ts', import.meta.url));
  const args = ['--conditions=nightshift-source', '--import', 'tsx', script, directory];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 16 * 1_024 * 1_024 });
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}
