import type { Job } from '../model/job.ts';
import type { Schedule } from '../model/schedule.ts';
import { runsBy } from '../triggers/run-keys.ts';
import { compileSchedule } from '../triggers/schedules/compile.ts';
import { cronTimes } from '../triggers/schedules/cron-times.ts';
import { parseExpression } from '../triggers/schedules/expression.ts';
import { clockChanges, localTime } from '../triggers/zone-clock.ts';

const dayMs = 86_400_000;

/** What is wrong with a job's schedule, or with it together with the job's other options, as `option: problem; what to write`. */
export function scheduleProblems(job: Job, timezone: string): string[] {
  const { schedule } = job;
  if (schedule === undefined) return [];
  const problems: string[] = [];
  if (job.notBefore !== undefined) {
    problems.push('notBefore: is only for jobs without a schedule; take one of the two out');
  }
  try {
    compileSchedule(schedule, timezone);
  } catch (error) {
    return [...problems, `schedule: ${(error as Error).message}`];
  }
  return [
    ...problems,
    ...(runsBy(job) === 'date' ? dateProblems(schedule, timezone) : instantProblems(schedule)),
    ...holidayProblems(schedule),
  ].map((problem) => (problem.startsWith('notBefore') ? problem : `schedule: ${problem}`));
}

/** A run is known by its job and its date: the later starts of a day would all find the first one. */
function dateProblems(schedule: Schedule, timezone: string): string[] {
  const parsed = parseExpression(schedule.expression);
  const instead = `write runsBy: 'instant'`;
  if (schedule.dst?.repeated === 'both') {
    return [`dst.repeated: "both" makes two starts of one date, and this job has one run a date; ${instead}`];
  }
  if (parsed.kind === 'cron') {
    const starts = cronTimes(parsed.fields).times.length;
    if (starts === 1) return [];
    return [
      `starts ${starts} times a day, and this job has one run a date (runsBy: 'date'); write one minute and one hour, or ${instead}`,
    ];
  }
  if (parsed.kind === 'at') return [];
  const twice = twiceADay(schedule, parsed.everyMs, schedule.timezone ?? timezone);
  if (twice === null) return [];
  return [
    `${schedule.expression} starts twice on ${twice}, and this job has one run a date; write cron(...), or ${instead}`,
  ];
}

/** A day on which a rate starts twice: with rates below a day any; with a day, one of 25 hours. Null when there is none. */
function twiceADay(schedule: Schedule, everyMs: number, timezone: string): string | null {
  if (everyMs > dayMs) return null;
  if (everyMs < dayMs) return 'each day';
  const phase = schedule.start === undefined ? 0 : Date.parse(schedule.start) % dayMs;
  for (const { at, before, after } of clockChanges(timezone)) {
    if (after >= before || at < Date.now()) continue;
    const first = Math.ceil((at - dayMs - phase) / dayMs) * dayMs + phase;
    const days = [0, 1, 2].map((index) => localDay(first + index * dayMs, timezone));
    const twice = days.find((day, index) => day === days[index + 1]);
    if (twice !== undefined) return twice;
  }
  return null;
}

function instantProblems({ holidays }: Schedule): string[] {
  const on = holidays?.on ?? 'skip';
  return on === 'skip'
    ? []
    : [`holidays.on: "${on}" is only for jobs that run by date: an instant cannot be moved; write "skip"`];
}

function holidayProblems({ expression, holidays }: Schedule): string[] {
  if (holidays === undefined) return [];
  if (holidays.dates === undefined) {
    return [
      holidays.calendar === undefined
        ? 'holidays: names no dates; write dates: ["2027-01-01"], or a calendar of the configuration'
        : `holidays.calendar: there is no calendar "${holidays.calendar}"; write it into the configuration's calendars`,
    ];
  }
  const moves = holidays.on === 'nextDay' || holidays.on === 'previousDay';
  return moves && !expression.startsWith('cron(')
    ? [`holidays.on: "${holidays.on}" is only for cron(...); write "skip"`]
    : [];
}

function localDay(at: number, timezone: string): string {
  return new Date(localTime(at, timezone)).toISOString().slice(0, 10);
}
