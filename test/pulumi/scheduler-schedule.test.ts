import { defineJob } from '../../model/index.ts';
import type { Schedule } from '../../model/job.ts';
import { schedulerSchedule } from '../../pulumi/jobs/scheduler-schedule.ts';

const nightly = { expression: 'cron(0 3 * * ? *)' } as const;
const now = new Date('2026-11-26T00:00:00Z');

function made(schedule: Schedule, name = 'Night') {
  const job = defineJob({ id: 'night', name, schedule, tasks: {}, run: async () => undefined });
  return schedulerSchedule(job, schedule, { timezone: 'Asia/Tokyo', now });
}

test('a start that is still to come is sent, and one that is past is left out', () => {
  expect(made({ ...nightly, start: '2026-12-01T00:00:00Z' })?.startDate).toBe('2026-12-01T00:00:00.000Z');
  expect(made({ ...nightly, start: '2026-11-25T00:00:00Z' })).not.toHaveProperty('startDate');
});

test('a schedule whose end is past is none', () => {
  expect(made({ ...nightly, end: '2026-12-01T00:00:00Z' })?.endDate).toBe('2026-12-01T00:00:00.000Z');
  expect(made({ ...nightly, end: '2026-11-25T00:00:00Z' })).toBeNull();
});

test('a long name is cut where AWS takes no more', () => {
  expect(made(nightly, 'x'.repeat(600))?.description).toHaveLength(512);
});

test('a rate that divides the day is the same times as a cron expression in UTC', () => {
  expect(made({ expression: 'rate(5 minutes)' })).toMatchObject({
    scheduleExpression: 'cron(0/5 * * * ? *)',
    scheduleExpressionTimezone: 'UTC',
  });
});
