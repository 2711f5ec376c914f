import type { Config } from '../model/config.ts';
import type { Job } from '../model/job.ts';

/** The job with the dates of its named holiday calendar filled in, beside its own. A name that nobody has defined stays without: the checks say so. */
export function withHolidays(job: Job, calendars: Config['calendars'] = {}): Job {
  const holidays = job.schedule?.holidays;
  if (job.schedule === undefined || typeof holidays?.calendar !== 'string') return job;
  const named = calendars[holidays.calendar];
  if (named === undefined) {
    const { dates: _, ...unknown } = holidays;
    return { ...job, schedule: { ...job.schedule, holidays: unknown } };
  }
  const dates = [...new Set([...(holidays.dates ?? []), ...named])].sort();
  return { ...job, schedule: { ...job.schedule, holidays: { ...holidays, dates } } };
}
