import { loadJobs } from '../../config/job-scan.ts';
import { errorOf, jobFile, project, removeProjects } from './project.ts';

afterAll(removeProjects);

const config = { timezone: 'Asia/Tokyo' };
const daily = (time = '0 3') => `schedule: { expression: 'cron(${time} * * ? *)' },`;

async function load(files: Record<string, string>) {
  return loadJobs(await project(files), config);
}
async function refusal(files: Record<string, string>): Promise<string> {
  return (await errorOf(load(files))).message;
}

test('jobs are found in all files and folders, but not in tests, types and shared constants', async () => {
  const registry = await load({
    'jobs/b.ts': jobFile('B', `after: ['A'],`),
    'jobs/night/a.ts': jobFile('A'),
    'jobs/shared.ts': 'export const retry = { times: 3 };',
    'jobs/index.ts': `export { job } from './b.ts';`,
    'jobs/b.test.ts': `throw new Error('not to be imported');`,
    'jobs/types.d.ts': 'export interface Nothing {}',
    'jobs/notes.md': '# notes',
  });

  expect([...registry.jobs].map(([id, { file, exportName }]) => [id, file, exportName])).toEqual([
    ['A', 'jobs/night/a.ts', 'job'],
    ['B', 'jobs/b.ts', 'job'],
  ]);
});

test('jobs come after their prerequisites, and know their successors', async () => {
  const registry = await load({
    'jobs/1.ts': jobFile('A', `after: ['C'],`),
    'jobs/2.ts': jobFile('B', `after: ['C', 'A'],`),
    'jobs/3.ts': jobFile('C'),
    'jobs/4.ts': jobFile('D'),
  });

  expect(registry.inOrder().map(({ id }) => id)).toEqual(['C', 'A', 'B', 'D']);
  expect(registry.successorsOf('C').map(({ id }) => id)).toEqual(['A', 'B']);
  expect(registry.successorsOf('D')).toEqual([]);
});

test('a job that is not there is answered with the closest ids', async () => {
  const registry = await load({ 'jobs/a.ts': jobFile('BATCH-001'), 'jobs/b.ts': jobFile('crawler') });

  expect(registry.get('crawler').id).toBe('crawler');
  expect(() => registry.get('batch-01')).toThrow('There is no job "batch-01"; did you mean BATCH-001');
});

test('two jobs with one id are refused with both files', async () => {
  const message = await refusal({ 'jobs/a.ts': jobFile('A'), 'jobs/b.ts': jobFile('A') });

  expect(message).toContain('jobs/b.ts: A: id: is also used in jobs/a.ts');
});

test('an unknown prerequisite is refused with the known ids', async () => {
  const message = await refusal({
    'jobs/a.ts': jobFile('A', `after: ['BATCH-00'],`),
    'jobs/b.ts': jobFile('BATCH-000'),
  });

  expect(message).toContain('jobs/a.ts: A: after: there is no job "BATCH-00"; write one of A, BATCH-000');
});

test('a circle is told once, with its way and its files', async () => {
  const message = await refusal({
    'jobs/a.ts': jobFile('A', `after: ['C'],`),
    'jobs/b.ts': jobFile('B', `after: ['A'],`),
    'jobs/c.ts': jobFile('C', `after: ['B'],`),
    'jobs/d.ts': jobFile('D', `after: ['A', 'D'],`),
  });

  expect(message.match(/makes a circle/g)).toHaveLength(2);
  expect(message).toContain('A waits for C waits for B waits for A (jobs/a.ts, jobs/c.ts, jobs/b.ts)');
  expect(message).toContain('jobs/d.ts: D: after: makes a circle, D waits for D (jobs/d.ts)');
});

test('a file that cannot be imported hides no other problem', async () => {
  const message = await refusal({
    'jobs/a.ts': `throw new Error('boom');`,
    'jobs/b.ts': jobFile('B', `timeout: '3 moons',`),
  });

  expect(message).toContain('jobs/a.ts: cannot be imported: boom');
  expect(message).toContain('jobs/b.ts: B: timeout: "3 moons" is not a duration: write a number and a unit');
});

test('a project without jobs, or without the folder, says so', async () => {
  expect(await refusal({ 'jobs/a.ts': 'export const a = 1;' })).toContain('jobs: holds no job; write one');
  expect(await refusal({ 'other/a.ts': '' })).toMatch(/jobs: cannot be read \(ENOENT\)/);
});

test.each([
  ['a bad id', `id: 'BATCH 1',`, 'id: write letters, digits'],
  ['the id of an own workflow', `id: 'nightshiftTrigger',`, 'id: is the name of an own workflow'],
  ['an option that does not exist', `slwAfter: '1 minute',`, 'slwAfter'],
  ['a lock named twice', `locks: [{ name: 'x' }, { name: 'x' }],`, 'locks: names a lock twice'],
  ['a share above 1', `records: { alertAtOrBelow: 50 },`, 'records.alertAtOrBelow: write a share above 0'],
  ['a share of 0', `records: { alertAtOrBelow: 0 },`, 'records.alertAtOrBelow: write a share above 0'],
  ['a negative retry', `retry: { times: -1 },`, 'retry.times: write 0 or more'],
  [
    'a schedule that does not compile',
    `schedule: { expression: 'cron(0 24 * * ? *)' },`,
    'schedule: "cron(0 24 * * ? *)"',
  ],
  [
    'a wrong time zone',
    `schedule: { expression: 'cron(0 3 * * ? *)', timezone: 'Tokyo' },`,
    '"Tokyo" is not a time zone',
  ],
  [
    'several starts a day',
    `runsBy: 'date', schedule: { expression: 'cron(0 0/6 * * ? *)' },`,
    'schedule: starts 4 times a day',
  ],
  [
    'both of a repeated time, by date',
    `schedule: { expression: 'cron(0 3 * * ? *)', dst: { repeated: 'both' } },`,
    'schedule: dst.repeated: "both" makes two starts of one date',
  ],
  [
    'a holiday calendar that nobody has written',
    `schedule: { expression: 'cron(0 3 * * ? *)', holidays: { calendar: 'moon', dates: ['2027-01-01'] } },`,
    'schedule: holidays.calendar: there is no calendar "moon"',
  ],
  [
    'an instant that is to be moved',
    `schedule: { expression: 'rate(1 hour)', holidays: { dates: ['2027-01-01'], on: 'nextDay' } },`,
    'schedule: holidays.on: "nextDay" is only for jobs that run by date',
  ],
  [
    'a daily rate where a day has 25 hours',
    `schedule: { expression: 'rate(1 day)', timezone: 'Europe/Berlin', start: '2026-07-01T00:30:00+02:00' },`,
    'schedule: rate(1 day) starts twice on ',
  ],
  [
    'a flexible window of a week',
    `schedule: { expression: 'cron(0 3 * * ? *)', flexibleWindow: '7 days' },`,
    'schedule.flexibleWindow: is not a window of EventBridge; write "1 minute" to "24 hours"',
  ],
  ['notBefore beside a schedule', `${daily()} notBefore: '03:15',`, 'notBefore: is only for jobs without a schedule'],
  ['a time of day that is none', `notBefore: '3:75',`, 'notBefore: write a time of day'],
  [
    'a slow alert that never comes',
    `slowAfter: '2 hours', timeout: '1 hour',`,
    'slowAfter: "2 hours" is never reached',
  ],
  ['a schema that Ajv cannot compile', `input: { type: 'objct' },`, 'input: is not a JSON Schema that Ajv takes'],
  ['a rule that does not exist', `alerts: { slwo: ['slack'] },`, 'alerts'],
  ['a prerequisite named twice', `after: ['X', 'X'],`, 'after: names a job twice'],
])('%s is refused', async (_name, changes, expected) => {
  expect(await refusal({ 'jobs/a.ts': jobFile('A', changes) })).toContain(expected);
});

test.each([
  ['a task name with a capital', `Work: {},`, '', 'write a task name'],
  ['a task that no batchTask made', `work: { command: ['x'] },`, '', 'tasks.work.kind: declare it with batchTask'],
  ['a memory size without a unit', '', `memory: '2048',`, 'tasks.work.memory: "2048" is not a memory size'],
  ['a timeout below a minute', '', `timeout: '59 seconds',`, 'tasks.work.timeout: is too short for AWS Batch'],
  ['an empty command', '', `command: [],`, 'tasks.work.command: write the program'],
  [
    'a variable of AWS Batch',
    '',
    `environment: { AWS_BATCH_JOB_ID: 'x' },`,
    'tasks.work.environment.AWS_BATCH_JOB_ID: is reserved',
  ],
  [
    'a variable of Nightshift',
    '',
    `secrets: { NIGHTSHIFT_DATE: 'x' },`,
    'tasks.work.secrets.NIGHTSHIFT_DATE: is reserved',
  ],
  [
    'a variable given twice',
    '',
    `environment: { A: 'x' }, secrets: { A: 'y' },`,
    'tasks.work.secrets.A: is in environment, too',
  ],
])('%s is refused', async (_name, tasks, options, expected) => {
  const work = `work: { kind: 'batch', options: { app: 'app', command: ['x'], vcpu: 1, memory: '2 GB', ${options} } },`;

  expect(await refusal({ 'jobs/a.ts': jobFile('A', `tasks: { ${work} ${tasks} },`) })).toContain(expected);
});

test('all problems of all files are told at once, each with its file and job', async () => {
  const message = await refusal({
    'jobs/a.ts': jobFile('A', `timeout: 'long', usually: 'short',`),
    'jobs/b.ts': jobFile('B', `after: ['Z'],`),
  });

  expect(message).toMatch(/^The jobs are not right:$/m);
  expect(message).toMatch(/^ {2}jobs\/a\.ts: A: timeout: "long"/m);
  expect(message).toMatch(/^ {2}jobs\/a\.ts: A: usually: "short"/m);
  expect(message).toMatch(/^ {2}jobs\/b\.ts: B: after: there is no job "Z"/m);
});

describe('a wait that cannot be met', () => {
  const cases: [string, string, string, string | RegExp | null][] = [
    ['the prerequisite starts in time', daily('30 2'), daily('0 3'), null],
    ['the prerequisite starts later, within the wait', daily('0 9'), daily('0 3'), null],
    ['the prerequisite starts after the wait', daily('0 16'), daily('0 3'), 'A starts 13 h 00 min later than this job'],
    [
      'it starts on fewer days',
      `schedule: { expression: 'cron(0 3 ? * MON-FRI *)' },`,
      daily(),
      /A does not start for S(at|un) \d{4}-\d\d-\d\d, S(at|un) .* and others, but this job does/,
    ],
    ['it starts on more days', daily(), `schedule: { expression: 'cron(0 3 ? * MON-FRI *)' },`, null],
    [
      'it starts on another day',
      `schedule: { expression: 'cron(0 3 1 * ? *)' },`,
      `schedule: { expression: 'cron(0 3 2 * ? *)' },`,
      /A does not start for \w{3} \d{4}-\d\d-02, /,
    ],
    [
      'short months count by their length',
      `schedule: { expression: 'cron(0 3 1-30 * ? *)' },`,
      `schedule: { expression: 'cron(0 3 * 4 ? *)' },`,
      null,
    ],
    [
      'its dates are of another zone',
      `schedule: { expression: 'cron(0 3 * * ? *)', timezone: 'UTC' },`,
      daily(),
      'A has its business dates in UTC, this job in Asia/Tokyo',
    ],
    ['nobody knows when it starts', '', daily(), null],
    [
      'it runs by instant',
      `schedule: { expression: 'rate(1 hour)' },`,
      daily(),
      "A runs by instant, this job by date; write { job: 'A', covers: 'day' }",
    ],
    [
      'it starts on the last Friday only',
      `schedule: { expression: 'cron(0 3 ? * FRIL *)' },`,
      `schedule: { expression: 'cron(0 3 ? * FRI *)' },`,
      /A does not start for Fri \d{4}-\d\d-\d\d/,
    ],
    [
      'it is for the day before',
      `schedule: { expression: 'cron(0 3 * * ? *)', businessDate: 'previous' },`,
      daily(),
      'A starts 24 h 00 min later than this job',
    ],
    [
      'its holidays are moved and those of this job are not',
      `schedule: { expression: 'cron(0 3 * * ? *)', holidays: { dates: ['2027-01-01'], on: 'nextDay' } },`,
      daily(),
      'A starts 24 h 00 min later than this job',
    ],
  ];

  test.each(cases)('%s', async (_name, first, second, expected) => {
    const loading = load({ 'jobs/a.ts': jobFile('A', first), 'jobs/b.ts': jobFile('B', `${second} after: ['A'],`) });

    if (expected === null) expect((await loading).jobs.size).toBe(2);
    else expect((await errorOf(loading)).message).toMatch(expected);
  });

  test.each([
    ['the whole date ends within the wait', `waitAtMost: '22 hours',`, null],
    ['the whole date ends after the wait', '', 'A starts 20 h 59 min later than this job'],
  ])('covers a day: %s', async (_name, changes, expected) => {
    const loading = load({
      'jobs/a.ts': jobFile('A', `schedule: { expression: 'rate(1 hour)' },`),
      'jobs/b.ts': jobFile('B', `${daily()} ${changes} after: [{ job: 'A', covers: 'day' }],`),
    });

    if (expected === null) expect((await loading).jobs.size).toBe(2);
    else expect((await errorOf(loading)).message).toContain(expected);
  });

  test('is found through a job that has no schedule', async () => {
    const message = await refusal({
      'jobs/a.ts': jobFile('A', daily('0 1')),
      'jobs/b.ts': jobFile('B', `after: ['A'], notBefore: '22:00',`),
      'jobs/c.ts': jobFile('C', `${daily('0 2')} after: ['B'],`),
    });

    expect(message).toContain('jobs/c.ts: C: after: B starts 20 h 00 min later than this job');
  });

  test('is found when the prerequisites never come together', async () => {
    const message = await refusal({
      'jobs/a.ts': jobFile('A', `schedule: { expression: 'cron(0 3 ? * MON *)' },`),
      'jobs/b.ts': jobFile('B', `schedule: { expression: 'cron(0 3 ? * TUE *)' },`),
      'jobs/c.ts': jobFile('C', `after: ['A', 'B'],`),
    });

    expect(message).toContain('jobs/c.ts: C: after: these prerequisites never start on the same day');
  });
});
