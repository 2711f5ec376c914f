import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { resourcesReader, writeResources } from '../../config/resources.ts';
import { startRun } from '../../engine/start-run.ts';
import { deployLocally } from '../../local/stack/deploy-locally.ts';
import { startWorker } from '../../workers/start-worker.ts';
import { workerRoles } from '../../workers/temporal-workers.ts';
import { runWorkerProcess } from '../../workers/worker-process.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { testTimings } from '../support/test-timings.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(2);
});
afterAll(() => temporal?.stop());

/** The revision of each job definition that was submitted, in order. */
function revisions({ aws }: World): string[] {
  return aws.journal.entries.flatMap((entry) =>
    entry.kind === 'call' && entry.operation === 'SubmitJob'
      ? [String(entry.request.jobDefinition).split(':').at(-1) ?? '']
      : [],
  );
}

test('a worker submits what is deployed now, and what it knows while that cannot be read', async () => {
  await withWorld(temporal, async (world) => {
    const { parts, jobs, aws, dir } = world;
    const file = join(dir, 'resources.json');
    await writeResources(file, parts.resources);
    const readResources = resourcesReader(file, { region: null, endpointUrl: null });
    const logged: string[] = [];
    const note = (event: string) => void logged.push(event);
    const worker = await startWorker({
      ...{ ...parts, jobs, readResources, resources: await readResources(), timings: testTimings },
      bundle: { code: await readFile(parts.bundlePath, 'utf8') },
      log: { info: note, warn: note, error: note },
    });
    try {
      expect((await world.ends(await world.start('ONE'))).status).toBe('succeeded');
      const queues = { onDemand: 'main', spot: 'spot' };
      const again = await deployLocally(jobs.inOrder(), parts.project, { aws, queues, cluster: 'main', inputs: dir });
      await writeResources(file, again);
      await until(() => logged.includes('resources have changed'), { describe: 'the other resources to be read' });
      expect((await world.ends(await world.start('BRIEF'))).status).toBe('succeeded');

      await writeFile(file, '{');
      await until(() => logged.includes('read resources failed'), { describe: 'the broken file to be read' });
      expect((await world.ends(await world.start('QUIET'))).status).toBe('succeeded');

      expect(revisions(world)).toEqual(['1', '2', '2']);
    } finally {
      await worker.stop();
    }
  });
});

test('the command reads them from where its settings say, also after its start', async () => {
  await withWorld(temporal, async (world) => {
    const { parts, jobs, aws, dir, engine } = world;
    const file = join(dir, 'resources.json');
    await writeResources(file, parts.resources);
    const settings = {
      ...{
        stage: 'local',
        logLevel: 'fatal',
        webhook: null,
        health: null,
        latches: { redisUrl: null, dynamodbTable: null },
      },
      ...{ databasePasswordSecret: null, resourcesAddress: file, ...parts.settings },
    };
    const project = { directory: process.cwd(), config: { ...parts.project, stages: {} }, jobs };
    const ended = runWorkerProcess(project as never, settings as never, { roles: workerRoles, timings: testTimings });
    let runs = 0;
    const nextRevision = async () => {
      runs += 1;
      const runKey = `2026-10-${String(runs).padStart(2, '0')}`;
      const { runId } = await startRun(engine, { job: 'ONE', runKey, who: 'test', input: { dir } });
      expect((await world.ends(runId)).status).toBe('succeeded');
      return revisions(world).at(-1);
    };
    try {
      expect(await nextRevision()).toBe('1');
      const queues = { onDemand: 'main', spot: 'spot' };
      await writeResources(
        file,
        await deployLocally(jobs.inOrder(), parts.project, { aws, queues, cluster: 'main', inputs: dir }),
      );
      await until(async () => (await nextRevision()) === '2', { describe: 'the second revision to be submitted' });
    } finally {
      process.emit('SIGTERM');
      await ended;
    }
  });
});
