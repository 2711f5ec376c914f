import type { Job } from '../model/job.ts';
import { businessDate } from './business-date.ts';

/** The run of a job that something at this instant is about, when it names none. */
export function runKeyAt(job: Pick<Job, 'schedule'>, at: Date, timezone: string): string {
  return businessDate(at, job.schedule?.timezone ?? timezone);
}
