import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegisteredJob } from '../../config/job-registry.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { testJobs } from '../support/test-jobs.ts';
import { modulesOf, outsiders } from './bundle-modules.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** A project of one job. Inside the repository, so that its imports of packages resolve; nobody else looks there. */
const scratch = `.nightshift/walls-${process.pid}/`;

afterEach(() => rmSync(join(root, scratch), { recursive: true, force: true }));

test('the bundle of the example jobs holds the workflows, the model, the jobs and the SDK, and nothing else', async () => {
  const { jobs } = await loadJobs(root, { timezone: 'Asia/Tokyo' });

  const graph = modulesOf(await bundleOf(root, [...jobs.values()]));

  expect(outsiders(graph, ['jobs/'])).toEqual([]);
  expect([...graph.keys()]).toEqual(
    expect.arrayContaining([
      './workflows/run-job.ts',
      './model/index.ts',
      './jobs/ranking.ts',
      './node_modules/ms/dist/index.cjs',
    ]),
  );
});

test("the bundle of the tests' jobs, which all tests run with, holds nothing else either", () => {
  const graph = modulesOf(readFileSync(process.env.NIGHTSHIFT_TEST_BUNDLE ?? '', 'utf8'));

  expect(outsiders(graph, ['test/support/jobs/'])).toEqual([]);
});

test('a job that imports an AWS client by value is found, with the chain of imports', async () => {
  writeSource(
    'queue.ts',
    "import { BatchClient } from '@aws-sdk/client-batch';\nexport const queue = String(BatchClient);\n",
  );
  const file = writeJob("import { queue } from './queue.ts';", 'queue');

  const found = await outsidersOf(file);

  expect(found).toContainEqual(expect.stringMatching(/workflows-[\w-]+\.ts → .*\/bad\.ts → .*\/queue\.ts$/));
  expect(found.join('\n')).not.toContain('smithy');
});

test('the client itself is named when the job imports it directly', async () => {
  const file = writeJob("import { BatchClient } from '@aws-sdk/client-batch';", 'String(BatchClient)');

  const found = await outsidersOf(file);

  expect(found).toEqual([expect.stringMatching(/\/bad\.ts → \.\/node_modules\/@aws-sdk\/client-batch\/.*\.js$/)]);
});

test('a job that imports only a type of an AWS client is left alone', async () => {
  const file = writeJob("import type { BatchClient } from '@aws-sdk/client-batch';", "'' as unknown as BatchClient");

  expect(await outsidersOf(file)).toEqual([]);
});

test('workflow code that imports the engine by value is found', async () => {
  const file = writeJob(
    "import { hasEnded } from '../../../model/run-states.ts';\nimport { closest } from '../../../config/job-registry.ts';",
    '[hasEnded, closest]',
  );

  const found = await outsidersOf(file);

  expect(found).toEqual([expect.stringMatching(/\/bad\.ts → \.\/config\/job-registry\.ts$/)]);
});

async function bundleOf(directory: string, jobs: RegisteredJob[]): Promise<string> {
  const { code } = await bundleWorkflows({ directory, jobs });
  return code;
}

async function outsidersOf(job: RegisteredJob): Promise<string[]> {
  return outsiders(modulesOf(await bundleOf(join(root, scratch), [job])), [`${scratch}${job.file}`]);
}

function writeSource(name: string, source: string): void {
  mkdirSync(join(root, scratch, 'jobs'), { recursive: true });
  writeFileSync(join(root, scratch, 'jobs', name), source);
}

/** A job file with this import, which uses what it imported. */
function writeJob(imports: string, used: string): RegisteredJob {
  writeSource('bad.ts', `${imports}\nexport const bad = { id: 'BAD', used: ${used} };\n`);
  return { job: { ...testJobs().get('LEFT'), id: 'BAD' }, file: 'jobs/bad.ts', exportName: 'bad' };
}
