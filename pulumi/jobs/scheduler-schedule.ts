import { durationMs } from '../../model/duration.ts';
import type { Job, Schedule } from '../../model/job.ts';

/** A schedule as EventBridge Scheduler takes it. */
export interface SchedulerSchedule {
  description: string;
  scheduleExpression: string;
  scheduleExpressionTimezone: string;
  startDate?: string;
  endDate?: string;
  flexibleTimeWindow: { mode: string; maximumWindowInMinutes?: number };
  target: { input: string; retryPolicy: { maximumEventAgeInSeconds: number; maximumRetryAttempts: number } };
}

/** Source: CreateSchedule, Description. */
const longestDescription = 512;
const dayMs = 86_400_000;

/**
 * A job's schedule for EventBridge Scheduler. What it sends is what Temporal's trigger gets: the job and the nominal
 * time, from which the worker finds run key, business date and holidays by the same rules. A start that is past is left
 * out, since AWS refuses one; null: its end is past, and it never fires again.
 * @throws TypeError for a schedule that only Temporal can carry out.
 */
export function schedulerSchedule(
  job: Job,
  schedule: Schedule,
  { timezone, now }: { timezone: string; now: Date },
): SchedulerSchedule | null {
  const { start, end, flexibleWindow, catchUp = '12 hours' } = schedule;
  const isPast = (time: string) => Date.parse(time) <= now.getTime();
  if (end !== undefined && isPast(end)) return null;
  const scheduled = { job: job.id, scheduledAt: '<aws.scheduler.scheduled-time>' };
  return {
    description: `Starts ${job.id}: ${job.name}`.slice(0, longestDescription),
    ...expressionOf(schedule, timezone),
    ...(start === undefined || isPast(start) ? {} : { startDate: new Date(start).toISOString() }),
    ...(end === undefined ? {} : { endDate: new Date(end).toISOString() }),
    flexibleTimeWindow:
      flexibleWindow === undefined
        ? { mode: 'OFF' }
        : { mode: 'FLEXIBLE', maximumWindowInMinutes: Math.round(durationMs(flexibleWindow) / 60_000) },
    target: {
      input: JSON.stringify({ nightshift: { scheduled } }),
      // AWS tries for a day at most.
      retryPolicy: {
        maximumEventAgeInSeconds: Math.max(60, Math.min(durationMs(catchUp), dayMs) / 1_000),
        maximumRetryAttempts: 185,
      },
    },
  };
}

/** What is wrong with a job's schedule for EventBridge Scheduler, and what to write; null when nothing is. */
export function schedulerProblem(schedule: Schedule): string | null {
  try {
    expressionOf(schedule, 'UTC');
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * The scheduler counts a rate from the schedule's making, and Nightshift from midnight of 1970 in UTC (or from `start`),
 * so that everybody knows the times. Rates that divide an hour or a day are the same as a cron expression in UTC.
 */
function expressionOf({ expression, timezone: own, start }: Schedule, timezone: string) {
  const zoned = { scheduleExpression: expression, scheduleExpressionTimezone: own ?? timezone };
  const [, digits, unit] = /^rate\(\s*(\d+)\s+(minute|hour|day)s?\s*\)$/.exec(expression) ?? [];
  if (digits === undefined) return zoned;
  const every = Number(digits);
  const cron = start === undefined ? cronOf(every, unit) : null;
  if (cron === null) {
    throw new TypeError(
      `schedule: ${expression}${start === undefined ? '' : ' from a start'} cannot be kept by EventBridge, which counts from its making; write a rate that divides an hour or a day and has no start, or a cron expression, or set nightshift:schedules to temporal`,
    );
  }
  return { scheduleExpression: cron, scheduleExpressionTimezone: 'UTC' };
}

function cronOf(every: number, unit: string | undefined): string | null {
  if (unit === 'minute' && 60 % every === 0) return `cron(0/${every} * * * ? *)`;
  if (unit === 'hour' && 24 % every === 0) return `cron(0 0/${every} * * ? *)`;
  return unit === 'day' && every === 1 ? 'cron(0 0 * * ? *)' : null;
}
