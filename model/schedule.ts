import type { Duration } from './duration.ts';

/** `cron(minute hour day-of-month month day-of-week year)`. */
export type CronExpression = `cron(${string} ${string} ${string} ${string} ${string} ${string})`;
/** `rate(1 minute)`, `rate(5 minutes)`, `rate(12 hours)`. */
export type RateExpression = `rate(1 ${'minute' | 'hour' | 'day'})` | `rate(${number} ${'minutes' | 'hours' | 'days'})`;
/** `at(2026-11-21T05:00:00)`: once. */
export type AtExpression = `at(${number}-${number}-${number}T${number}:${number}:${number})`;
/** When a job runs, in one of the three forms of Amazon EventBridge Scheduler. */
export type ScheduleExpression = CronExpression | RateExpression | AtExpression;

/** Which business date a start is for: the day in the zone, the day before, or the day before until some time of day. */
export type BusinessDateRule =
  | 'same'
  | 'previous'
  | {
      /** From this time of day on, `HH:MM`, a start is for the day itself. */
      daysStartAt: `${number}:${number}`;
    };

/** What happens on the days on which the zone changes its clocks. */
export interface DstPolicy {
  /** A time that the clock jumps over: `'shift'` it by the jump (02:30 comes at 03:30), or `'skip'` it. Default `'shift'`. */
  missing?: 'shift' | 'skip';
  /** A time that comes twice: start at the `'first'`, or at `'both'`. Default `'first'`; `'both'` for a job that starts in every hour of the day. */
  repeated?: 'first' | 'both';
}

/** Business dates on which the job does not run as usual. */
export interface Holidays {
  /** The dates, `YYYY-MM-DD`. Default: those of `calendar`. */
  dates?: readonly string[];
  /** A calendar of the configuration's `calendars`, by name. Default: none. */
  calendar?: string;
  /** `'skip'`: that date is not run. Or run it on the `'nextDay'` or the `'previousDay'` that is no holiday, at the same time, still for its own date. Default `'skip'`. */
  on?: 'skip' | 'nextDay' | 'previousDay';
}

/** When a job runs, written as Amazon EventBridge Scheduler writes it. */
export interface Schedule {
  /** `cron(0 3 * * ? *)`, `rate(5 minutes)` or `at(2026-11-21T05:00:00)`. */
  expression: ScheduleExpression;
  /** IANA time zone. Default: the configuration's. */
  timezone?: string;
  /** No start before this instant, ISO 8601 with zone: `2026-12-01T00:00:00+09:00`. A `rate` counts from it. Default: none; a `rate` then counts from 1970-01-01T00:00Z. */
  start?: string;
  /** No start after this instant, ISO 8601 with zone. Default: none. */
  end?: string;
  /** Each start comes at some moment of this time after its nominal one, 1 minute to 24 hours. Run key and business date are those of the nominal time. Default: at the nominal time. */
  flexibleWindow?: Duration;
  /** A start missed for up to this long is made up for. Default `'12 hours'`. */
  catchUp?: Duration;
  /** Which business date a start is for. Default `'same'`: the day of its nominal time in the zone. */
  businessDate?: BusinessDateRule;
  /** What happens when the zone changes its clocks. Default: see {@link DstPolicy}. */
  dst?: DstPolicy;
  /** Business dates that are left out or moved. Default: none. */
  holidays?: Holidays;
  /** The input of the runs that it starts; must fit the job's `input`. Default: none. */
  input?: unknown;
  /** When a start comes while a run that the schedule has started is still open: `'wait'` for its end, `'skip'` this one, or `'allow'` both. Default `'wait'` for a job that runs by date, `'skip'` by instant. */
  overlap?: 'wait' | 'skip' | 'allow';
}
