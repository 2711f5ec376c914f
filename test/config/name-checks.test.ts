import { loadJobs } from '../../config/job-scan.ts';
import { errorOf, jobFile, project, removeProjects } from './project.ts';

afterAll(removeProjects);

const load = async (files: Record<string, string>) => loadJobs(await project(files), { timezone: 'UTC' });
const batch = (app: string, uses: object[] = []) =>
  `{ kind: 'batch', options: { app: '${app}', command: ['x'], vcpu: 1, memory: '2 GB', uses: ${JSON.stringify(uses)} } }`;
const work = (app: string, ...uses: object[]) => `tasks: { work: ${batch(app, uses)} },`;
const build = (app: string) => `tasks: { build: { kind: 'codeBuild', options: { app: '${app}' } } },`;

test.each([
  ['topic', 'alarms'],
  ['queue', 'events'],
  ['queue', 'events-dead'],
  ['queue', 'starts'],
  ['queue', 'starts-dead'],
  ['bucket', 'nightshift'],
])('a %s "%s" is refused: every stage has its own', async (use, name) => {
  const used = { use, name, ...(use === 'bucket' ? { access: 'read' } : {}) };

  const { message } = await errorOf(load({ 'jobs/a.ts': jobFile('A', work('tool', used)) }));

  expect(message).toContain(
    `jobs/a.ts: A: tasks.work.uses: every stage has a ${use} "${name}" of its own; write another name`,
  );
});

test('the same names are free where the stage has no such thing', async () => {
  const uses = [
    { use: 'secret', name: 'alarms' },
    { use: 'topic', name: 'events' },
    { use: 'queue', name: 'alarms' },
    { use: 'bucket', name: 'starts', access: 'read' },
  ];

  expect((await load({ 'jobs/a.ts': jobFile('A', work('tool', ...uses)) })).jobs.size).toBe(1);
});

test('two jobs whose ids differ in capitals alone are refused: their roles would be the same', async () => {
  const files = { 'jobs/a.ts': jobFile('Night', ''), 'jobs/b.ts': jobFile('NIGHT', '') };

  const { message } = await errorOf(load(files));

  expect(message).toContain('jobs/b.ts: NIGHT: id: differs from "Night" (jobs/a.ts) in capitals alone');
});

test('a job "worker" is refused: its log group and definitions would be those of the workers', async () => {
  const { message } = await errorOf(load({ 'jobs/a.ts': jobFile('worker') }));

  expect(message).toMatch(/jobs\/a\.ts: worker: id: "worker" is what .* of the workers are called; write another id/);
});

test.each(['worker', 'Worker'])('an app "%s" is refused: its image would be that of the workers', async (app) => {
  const { message } = await errorOf(load({ 'jobs/a.ts': jobFile('A', work(app)) }));

  expect(message).toContain(
    `jobs/a.ts: A: tasks.work.app: "${app}" would have the image of the workers, "worker"; give the app another name`,
  );
});

test('two apps that differ only in capitals are refused with both files: their image would be the same', async () => {
  const { message } = await errorOf(
    load({ 'jobs/a.ts': jobFile('A', work('Sales')), 'jobs/b.ts': jobFile('B', work('sales')) }),
  );

  expect(message).toContain(
    'jobs/b.ts: B: tasks.work.app: "sales" and "Sales" (jobs/a.ts: A) would have the same image, "sales"; give one',
  );
});

test('what CodeBuild builds has no image: its name is free', async () => {
  const files = { 'jobs/a.ts': jobFile('A', build('worker')), 'jobs/b.ts': jobFile('B', build('Worker')) };

  expect((await load(files)).jobs.size).toBe(2);
});
