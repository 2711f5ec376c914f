import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jsonLines, startProgram } from '../run-program.ts';

const image = { directory: join(process.cwd(), 'apps/ecs-task') };
const attempt = '0123456789abcdef';

test('the first task checks the price list and adds it up', async () => {
  expect(await outputOf('prices')).toEqual({ output: { yen: 1775, records: 5 }, records: 5 });
});

test.each([
  ['2026-11-21', '2026-11', 21],
  ['2024-02-29', '2024-02', 21],
  ['2026-12-31', '2026-12', 23],
])('the second task counts the working days of the month of %s', async (date, month, records) => {
  expect(await outputOf('calendar', { NIGHTSHIFT_DATE: date })).toEqual({ output: { month, records }, records });
});

test.each([
  ['another head', 'a,b\n', 'the price list begins with "a,b"'],
  [
    'a line that is no price',
    'code,name,yen\ntea-01,Sencha,0\n',
    'line 2 of the price list is no price: "tea-01,Sencha,0"',
  ],
  ['an article twice', 'code,name,yen\ntea-01,A,1\ntea-01,B,2\n', 'the price list names an article twice'],
])('a price list with %s ends the task with 1', async (_, content, message) => {
  const folder = await mkdtemp(join(tmpdir(), 'prices-'));
  const file = join(folder, 'prices.csv');
  await writeFile(file, content);

  const ended = await run('prices', { PRICES: file });

  expect(ended).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(`ecs-task: ${message}`) });
  await rm(folder, { recursive: true });
});

test('what it does not know is refused with what it knows', async () => {
  expect(await run('tidy', {})).toMatchObject({
    code: 1,
    stderr: 'ecs-task: no such work: "tidy". Say one of: prices, calendar\n',
  });
  expect(await run('calendar', { NIGHTSHIFT_DATE: 'today' })).toMatchObject({
    code: 1,
    stderr: 'ecs-task: NIGHTSHIFT_DATE must be a date such as 2026-11-21, and is "today"\n',
  });
});

function run(work: string, variables: Record<string, string>) {
  return startProgram(image, ['node', 'task.js', work], { NIGHTSHIFT_ATTEMPT_ID: attempt, ...variables }).ended;
}

async function outputOf(work: string, variables: Record<string, string> = {}) {
  const { code, stdout, stderr } = await run(work, variables);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { attempt: who, shard, ...rest } = (jsonLines(stdout)[0]?.nightshift ?? {}) as Record<string, unknown>;
  expect({ who, shard }).toEqual({ who: attempt, shard: 0 });
  return rest;
}
