import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../config/config-file.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { readResources } from '../../config/resources.ts';
import { stagePlace } from '../../config/stage-place.ts';
import { tasksOf } from '../../model/deployed-names.ts';
import type { Recorded } from './recorded.ts';
import { runSmallDev, smallDev } from './stacks.ts';
import { type EngineRun, runProgram } from './stand-in-engine.ts';

const root = process.cwd();

/** A job of 25 lines, which needs nothing that is not there. */
const newJob = `import { batchTask, defineJob } from 'nightshift';

/** Counts what the night has sold. */
export const stockTaking = defineJob({
  id: 'BATCH-010',
  name: 'Stock taking',
  schedule: { expression: 'cron(30 4 * * ? *)', timezone: 'Asia/Tokyo' },
  after: ['BATCH-000'],
  onEvent: { source: 'shop.stock', detailType: 'Counted' },
  timeout: '30 minutes',
  retry: { times: 2, delay: '1 minute' },
  tasks: {
    count: batchTask<{ date: string }, { items: number }>({
      app: 'ranking',
      command: ['node', 'count.js'],
      vcpu: 1,
      memory: '2 GB',
      output: 'line',
    }),
  },
  async run({ tasks, date }) {
    const { items } = await tasks.count({ date });
    return { records: items };
  },
});
`;

let project: string;
let before: EngineRun;
beforeAll(async () => {
  project = copyOfProject();
  before = await runSmallDev(join(project, 'infra'));
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

test('the program of a project of its own runs', () => {
  expect({ code: before.exitCode, errors: before.errors, warnings: before.warnings }).toEqual({
    code: 0,
    errors: [],
    warnings: [],
  });
});

test('the resources file is one that workers read, with every task of every job', async () => {
  const config = await loadConfig(root);
  const jobs = (await loadJobs(root, config)).inOrder();
  const keys = (kind: 'batch' | 'ecs' | 'codeBuild' | 'lambda') =>
    tasksOf(jobs, stagePlace(config, 'dev'), kind)
      .map(({ key }) => key)
      .sort();
  const file = join(project, 'resources.json');
  writeFileSync(file, String(contentOf(before)));

  const { batch, ecs, codeBuild, lambda, inputs } = await readResources(file, { region: null, endpointUrl: null });

  expect(Object.keys(batch.definitions).sort()).toEqual(keys('batch'));
  expect(Object.keys(ecs?.definitions ?? {}).sort()).toEqual(keys('ecs'));
  expect(Object.keys(codeBuild?.projects ?? {}).sort()).toEqual(keys('codeBuild'));
  expect(Object.keys(lambda?.functions ?? {}).sort()).toEqual(keys('lambda'));
  expect(inputs).toEqual({ bucket: 'nightshift-dev-nightshift-111111111111' });
});

test('a new job file brings its own resources, and changes only what lists all jobs', async () => {
  writeFileSync(join(project, 'jobs/stock-taking.ts'), newJob);
  expect(newJob.trimEnd().split('\n')).toHaveLength(25);

  const after = await runSmallDev(join(project, 'infra'));
  rmSync(join(project, 'jobs/stock-taking.ts'));

  expect(namesOf(after.resources.filter((one) => !before.resources.some(({ urn }) => urn === one.urn)))).toEqual([
    'JobDefinition nightshift-dev-BATCH-010-count',
    'EventRule nightshift-dev-BATCH-010-event',
    'EventTarget nightshift-dev-BATCH-010-event',
    'LogGroup /nightshift/nightshift-dev/BATCH-010',
    'MetricAlarm nightshift-dev-BATCH-010-event-failed',
    'Role nightshift-dev-BATCH-010-count-execution',
    'Role nightshift-dev-BATCH-010-count-task',
    'RolePolicy nightshift-dev-BATCH-010-count-execution',
    'RolePolicy nightshift-dev-BATCH-010-count-task',
  ]);
  expect(namesOf(before.resources.filter((one) => !after.resources.some(({ urn }) => urn === one.urn)))).toEqual([]);
  expect(namesOf(before.resources.filter((one) => isChanged(one, after)))).toEqual([
    'TaskDefinition nightshift-dev-worker-all',
    'RolePolicy nightshift-dev-worker-runs',
    'BucketObjectv2 resources',
    'Resource workers-prepare',
  ]);
  // What lists all jobs got the new one's entries; the two others name the list, and ask for the schedules to be synced.
  const listed = (run: EngineRun, name: string) => {
    const texts = run.resources.filter((one) => one.name === name).map(({ inputs }) => inputs.policy ?? inputs.content);
    return linesOf(JSON.parse(String(texts.find((text) => text !== undefined))));
  };
  for (const name of ['nightshift-dev-worker-runs', 'resources']) {
    const own = listed(after, name).filter((line) => line.includes('BATCH-010'));
    expect(own.length).toBeGreaterThan(1);
    expect(listed(after, name).filter((line) => !own.includes(line))).toEqual(listed(before, name));
  }
});

test('a first preview goes through, in which nothing that AWS answers is known', async () => {
  const preview = await runProgram({
    directory: join(project, 'infra'),
    stack: 'dev',
    config: smallDev,
    isPreview: true,
  });

  expect(preview).toMatchObject({ exitCode: 0, errors: [], warnings: [] });
  expect(preview.resources.map(({ urn }) => urn).sort()).toEqual(before.resources.map(({ urn }) => urn).sort());
});

test('a wrong stack configuration is told whole, and nothing is registered', async () => {
  const run = await runSmallDev(join(project, 'infra'), {
    'nightshift:part': 'most',
    'nightshift:nat': 'instance',
    'nightshift:naat': 'x',
  });

  expect(run.exitCode).not.toBe(0);
  for (const key of ['part', 'nat', 'naat']) expect(run.errors.join('\n')).toMatch(new RegExp(`  ${key}: `));
  expect(run.resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack')).toEqual([]);
});

test('a job whose size cannot work is named with its file, and nothing is registered', async () => {
  writeFileSync(join(project, 'jobs/stock-taking.ts'), newJob.replace("memory: '2 GB'", "memory: '9 GB' as '2 GB'"));

  const run = await runSmallDev(join(project, 'infra'));
  rmSync(join(project, 'jobs/stock-taking.ts'));

  expect(run.errors.join('\n')).toMatch(
    /jobs\/stock-taking\.ts: BATCH-010: tasks\.count.*Fargate has no 9216 MiB with 1 vCPU; write one of/,
  );
  expect(run.resources.filter(({ custom }) => custom)).toEqual([]);
});

test('a folder that CodeBuild would build from and that is not there is told with its job, and nothing is registered', async () => {
  renameSync(join(project, 'apps/final-batch-job'), join(project, 'apps/elsewhere'));

  const run = await runSmallDev(join(project, 'infra'));
  renameSync(join(project, 'apps/elsewhere'), join(project, 'apps/final-batch-job'));

  expect(run.errors.join('\n')).toMatch(
    /jobs\/[\w-]+\.ts: morning-build: tasks\.finalBatchJob\.app: there is no folder apps\/final-batch-job/,
  );
  expect(run.errors.join('\n')).not.toContain('    at ');
  expect(run.resources.filter(({ custom }) => custom)).toEqual([]);
});

test('before the first images are pushed there is all that needs none, when that is asked for', async () => {
  const refused = await runSmallDev(join(project, 'infra'), { 'nightshift:images': 'none.json' });
  const run = await runSmallDev(join(project, 'infra'), {
    'nightshift:images': 'none.json',
    'nightshift:withoutImages': 'true',
  });

  expect(refused.errors.join('\n')).toMatch(
    /none\.json has no image of array-worker, .*worker; run "nightshift images push --stage dev"/,
  );
  expect(run).toMatchObject({ exitCode: 0, errors: [] });
  const types = new Set(run.resources.map(({ type }) => type.split(':').at(-1)));
  for (const there of ['Repository', 'Instance', 'JobQueue', 'Role']) expect(types).toContain(there);
  for (const left of ['JobDefinition', 'TaskDefinition', 'Function', 'Service']) expect(types).not.toContain(left);
});

/** A project as users have it: a package that has nightshift among its own, and the program that init writes. */
function copyOfProject(): string {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-pulumi-'));
  for (const path of ['jobs', 'apps/batch-job', 'apps/final-batch-job', 'nightshift.config.ts', 'test/pulumi/images']) {
    cpSync(join(root, path), join(directory, path), { recursive: true });
  }
  mkdirSync(join(directory, 'node_modules'));
  for (const name of ['tsx', 'typebox'])
    symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name));
  symlinkSync(root, join(directory, 'node_modules/nightshift'));
  cpSync(join(root, 'templates/project/infra'), join(directory, 'infra'), { recursive: true });
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'shop', type: 'module' }));
  return directory;
}

function contentOf({ resources }: EngineRun): unknown {
  return resources.find(({ type, name }) => type.startsWith('aws:s3/bucketObjectv2:') && name === 'resources')?.inputs
    .content;
}

function namesOf(resources: Recorded[]): string[] {
  const key = ({ type, name }: Recorded) => `${type} ${name}`;
  return resources
    .filter(({ custom }) => custom)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ type, name }) => `${type.split(':').at(-1)} ${name}`);
}

/** A JSON value as lines `path value`, without the places in lists: an entry more changes no other line. */
function linesOf(value: unknown, path = ''): string[] {
  if (typeof value !== 'object' || value === null) return [`${path} ${value}`];
  const entries = Array.isArray(value) ? value.map((one) => ['', one] as const) : Object.entries(value);
  return entries.flatMap(([key, one]) => linesOf(one, `${path}/${key}`));
}

function isChanged(one: Recorded, { resources }: EngineRun): boolean {
  const now = resources.find(({ urn }) => urn === one.urn);
  return now !== undefined && JSON.stringify(now.inputs) !== JSON.stringify(one.inputs);
}
