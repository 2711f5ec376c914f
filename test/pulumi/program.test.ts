import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { loadConfig } from '../../config/config-file.ts';
import { jobFingerprints } from '../../config/job-fingerprints.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { type Resources, resourcesReader } from '../../config/resources.ts';
import { stagePlace } from '../../config/stage-place.ts';
import { startLocalAws } from '../../local/aws/index.ts';
import { tasksOf } from '../../model/deployed-names.ts';
import { manifestOf } from './manifest.ts';
import type { Recorded } from './recorded.ts';
import { runProd, runSmallDev, smallDev } from './stacks.ts';
import { type EngineRun, runProgram } from './stand-in-engine.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

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

test('the resources files are such as workers read, with every task of every job', async () => {
  const config = await loadConfig(root);
  const jobs = (await loadJobs(root, config)).inOrder();
  const keys = (kind: 'batch' | 'ecs' | 'codeBuild' | 'lambda') =>
    tasksOf(jobs, stagePlace(config, 'dev'), kind)
      .map(({ key }) => key)
      .sort();
  const { resources: address } = before.outputs.outputs as { resources: string };

  const { batch, ecs, codeBuild, lambda, inputs } = await readFromS3(address, filesOf(before));

  expect(Object.keys(batch.definitions).sort()).toEqual(keys('batch'));
  expect(Object.keys(ecs?.definitions ?? {}).sort()).toEqual(keys('ecs'));
  expect(Object.keys(codeBuild?.projects ?? {}).sort()).toEqual(keys('codeBuild'));
  expect(Object.keys(lambda?.functions ?? {}).sort()).toEqual(keys('lambda'));
  expect(inputs).toEqual({ bucket: 'nightshift-dev-nightshift-111111111111' });
});

test('a new job file changes the manifest by exactly its own resources', async () => {
  writeFileSync(join(project, 'jobs/stock-taking.ts'), newJob);
  expect(newJob.trimEnd().split('\n')).toHaveLength(25);

  const after = await runSmallDev(join(project, 'infra'));
  rmSync(join(project, 'jobs/stock-taking.ts'));

  expect({ errors: after.errors, warnings: after.warnings }).toEqual({ errors: [], warnings: [] });
  expect(namesOf(addedTo(before, after))).toEqual([
    'JobDefinition nightshift-dev-BATCH-010-count',
    'EventRule nightshift-dev-BATCH-010-event',
    'EventTarget nightshift-dev-BATCH-010-event',
    'LogGroup /nightshift/nightshift-dev/BATCH-010',
    'MetricAlarm nightshift-dev-BATCH-010-event-failed',
    'Role nightshift-dev-BATCH-010-count-execution',
    'Role nightshift-dev-BATCH-010-count-task',
    'RolePolicy nightshift-dev-BATCH-010-count-execution',
    'RolePolicy nightshift-dev-BATCH-010-count-task',
    'RolePolicy nightshift-dev-worker-runs-job-BATCH-010',
    'BucketObjectv2 resources-job-BATCH-010',
  ]);
  expectUnchanged(before, after);
});

test('so does one that is the first with its kinds of task, and with what it uses', async () => {
  const others = ['crawler', 'morning-build'].map((name) => join(project, 'jobs', `${name}.ts`));
  const [first, ...rest] = others.map((path) => [path, readFileSync(path)] as const);
  for (const path of others) rmSync(path);
  const without = await runSmallDev(join(project, 'infra'));
  const both = [...rest, first].map((entry) => entry?.[1].toString().replaceAll(/^.*from 'nightshift';$/gm, ''));
  const imports =
    "import { batchTask, bucket, codeBuildTask, defineJob, ecsTask, lambdaTask, queue, secret, topic } from 'nightshift';";
  writeFileSync(join(project, 'jobs/night.ts'), [imports, ...both].join('\n'));

  const night = await runSmallDev(join(project, 'infra'));
  rmSync(join(project, 'jobs/night.ts'));
  for (const entry of [first, ...rest]) if (entry !== undefined) writeFileSync(...entry);

  const types = new Set(addedTo(without, night).map(({ type }) => type.split(':').at(-1)));
  for (const type of ['JobDefinition', 'TaskDefinition', 'Project', 'Function', 'Secret', 'Bucket', 'Topic', 'Queue']) {
    expect(types).toContain(type);
  }
  expectUnchanged(without, night);
});

test('so it does in a large stage of three stacks, where EventBridge keeps the schedules', async () => {
  const prodBefore = await runProd(join(project, 'infra'));
  writeFileSync(join(project, 'jobs/stock-taking.ts'), newJob);
  const prodAfter = await runProd(join(project, 'infra'));
  rmSync(join(project, 'jobs/stock-taking.ts'));

  for (const part of ['data', 'platform', 'jobs'] as const) expectUnchanged(prodBefore[part], prodAfter[part]);
  expect(namesOf(addedTo(prodBefore.data, prodAfter.data))).toEqual([]);
  expect(namesOf(addedTo(prodBefore.platform, prodAfter.platform))).toEqual([]);
  const own = addedTo(prodBefore.jobs, prodAfter.jobs);
  expect(namesOf(own)).toContain('Schedule BATCH-010');
  expect(namesOf(own).filter((name) => !name.includes('BATCH-010'))).toEqual([]);
});

test('jobs that are not in the image of the workers as they are in their files are told, and deployed', async () => {
  const images = JSON.parse(readFileSync(join(project, smallDev['nightshift:images']), 'utf8'));
  const { 'BATCH-001': _new, ...rest } = jobFingerprints((await loadJobs(root, await loadConfig(root))).inOrder());
  const write = (jobs: object) =>
    writeFileSync(join(project, 'pushed.json'), JSON.stringify({ ...images, worker: { ...images.worker, jobs } }));

  write({ ...rest, crawler: 'other', 'BATCH-009': 'x' });
  const run = await runSmallDev(join(project, 'infra'), { 'nightshift:images': 'pushed.json' });
  write({ ...rest, 'BATCH-001': _new });
  const pushed = await runSmallDev(join(project, 'infra'), { 'nightshift:images': 'pushed.json' });

  expect(run.warnings).toEqual([
    'The workers\' image has other jobs than the job files: new BATCH-001; changed crawler; gone BATCH-009. Until "nightshift images push --stage dev" and another "pulumi up", workers run and schedule what is in the image',
  ]);
  expect(manifestOf(run.resources)).toBe(manifestOf(before.resources));
  expect(pushed.warnings).toEqual([]);
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

/** As a worker reads them, from a bucket that holds them. */
async function readFromS3(address: string, files: Record<string, string>): Promise<Resources> {
  const aws = await startLocalAws({ images: {}, jobQueues: [] });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ region: aws.region, endpoint: aws.endpoint, forcePathStyle: true, credentials });
  try {
    const Bucket = new URL(address).host;
    await s3.send(new CreateBucketCommand({ Bucket }));
    for (const [Key, Body] of Object.entries(files)) await s3.send(new PutObjectCommand({ Bucket, Key, Body }));
    return await resourcesReader(address, { region: aws.region, endpointUrl: aws.endpoint })();
  } finally {
    s3.destroy();
    await aws.stop();
  }
}

/** What workers are told, by the name of the file. */
function filesOf({ resources }: EngineRun): Record<string, string> {
  const files = resources.filter(
    ({ type, inputs }) => type.startsWith('aws:s3/bucketObjectv2:') && String(inputs.key).startsWith('resources/'),
  );
  return Object.fromEntries(files.map(({ inputs }) => [String(inputs.key), String(inputs.content)]));
}

function namesOf(resources: Recorded[]): string[] {
  const key = ({ type, name }: Recorded) => `${type} ${name}`;
  return resources
    .filter(({ custom }) => custom)
    .sort((a, b) => (key(a) < key(b) ? -1 : 1))
    .map(({ type, name }) => `${type.split(':').at(-1)} ${name}`);
}

function addedTo(one: EngineRun, other: EngineRun): Recorded[] {
  return other.resources.filter(({ urn }) => one.resources.every((before) => before.urn !== urn));
}

/** All that was there is there as it was: its properties, what it belongs to, and what it waits for; so are the outputs. */
function expectUnchanged(one: EngineRun, other: EngineRun): void {
  const isOld = ({ urn }: Recorded) => one.resources.some((before) => before.urn === urn);
  const asked = (resources: Recorded[]) => resources.map(({ dependsOn: _, ...rest }) => rest).sort(byUrn);
  expect(asked(other.resources.filter(isOld))).toEqual(asked(one.resources));
  expect(other.outputs).toEqual(one.outputs);
  expect(manifestOf(other.resources, isOld)).toBe(manifestOf(one.resources));
}

function byUrn(one: Pick<Recorded, 'urn'>, other: Pick<Recorded, 'urn'>): number {
  return one.urn < other.urn ? -1 : 1;
}
