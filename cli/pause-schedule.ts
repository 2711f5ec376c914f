import { scheduleId } from '../triggers/schedules/sync.ts';
import { UsageError } from './exit-codes.ts';
import { describeSchedule, type SchedulesPlace } from './schedules-place.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Pauses the schedule of a job, with a reason that others see. What is due meanwhile is not started, and not made up for.
 * @throws UsageError when the job has no schedule, or Temporal does not have it.
 */
export async function pauseSchedule(place: SchedulesPlace, job: string, why: { who: string; reason: string }) {
  const id = await knownSchedule(place, job);
  await place.client.schedule.getHandle(id).pause(`${why.reason} (${why.who})`);
  write(`${job} is paused: ${why.reason}; go on with \`nightshift schedules resume ${job}\``);
}

/**
 * Ends a pause. On one that is not paused it changes nothing.
 * @throws UsageError when the job has no schedule, or Temporal does not have it.
 */
export async function resumeSchedule(place: SchedulesPlace, job: string, who: string) {
  const id = await knownSchedule(place, job);
  const found = await describeSchedule(place.client, id);
  if (found?.state.paused) await place.client.schedule.getHandle(id).unpause(`resumed (${who})`);
  write(found?.state.paused ? `${job} goes on by its schedule` : `${job} was not paused`);
}

/**
 * The id of a job's schedule that is in Temporal.
 * @throws UsageError with what to do when there is none.
 */
export async function knownSchedule({ client, open, owner, keeper }: SchedulesPlace, job: string): Promise<string> {
  if (open.jobs.get(job).schedule === undefined) {
    throw new UsageError(`${job} has no schedule; its prerequisites start it, or a person`);
  }
  if (keeper === 'eventbridge') {
    throw new UsageError(
      `EventBridge keeps the schedules of this stage: look at ${job}, and disable or enable it, in its schedule group ${owner}`,
    );
  }
  const id = scheduleId(owner, job);
  const found = await describeSchedule(client, id);
  if (found === null) {
    throw new UsageError(`The schedule of ${job} is not in Temporal; run \`nightshift schedules sync\` first`);
  }
  if (found.memo?.nightshiftOwner !== owner) {
    throw new UsageError(`The schedule ${id} is not ours, and is left alone; remove it or rename the job, then sync`);
  }
  return id;
}
