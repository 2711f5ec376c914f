import { dailyAggregation } from '../../jobs/daily-aggregation.ts';
import { mailNotification } from '../../jobs/mail-notification.ts';
import { ranking } from '../../jobs/ranking.ts';

const date = '2026-11-21';
const top = [{ rank: 1, userId: 11, name: 'a', score: 9 }];

/** Carries out the job's own code with tasks that only note how they were called. */
async function stepsOf(fails: string | null): Promise<{ calls: unknown[]; result: unknown }> {
  const calls: unknown[] = [];
  const note = async (call: unknown[], output: unknown) => {
    calls.push(call);
    if (call[0] === fails) throw new Error(`${fails} failed`);
    return output;
  };
  const tasks = {
    score: { array: (size: number, input: unknown) => note(['score', size, input], []) },
    publish: (input: unknown) => note(['publish', input], { records: 100_000, top }),
  };
  const result = await ranking.run({ tasks, date } as never).catch((error: Error) => error.message);
  return { calls, result };
}

test('the ranking is scored by four processes, then published; its result holds the count and the best', async () => {
  expect(await stepsOf(null)).toEqual({
    calls: [
      ['score', 4, { date }],
      ['publish', { date }],
    ],
    result: { records: 100_000, top },
  });
});

test('a step that fails ends the ranking: nothing is published', async () => {
  expect(await stepsOf('score')).toEqual({ calls: [['score', 4, { date }]], result: 'score failed' });
});

test('the night begins at half past two in Tokyo, and says how long its jobs usually take', () => {
  expect(dailyAggregation.schedule).toMatchObject({ expression: 'cron(30 2 * * ? *)', timezone: 'Asia/Tokyo' });
  expect(ranking.schedule).toMatchObject({ expression: 'cron(0 3 * * ? *)', timezone: 'Asia/Tokyo' });
  expect(ranking.usually).toBe('10 minutes');
  expect(mailNotification.schedule).toBeUndefined();
});
