import { z } from 'zod';
import { zodProblems } from '../../config/config-error.ts';
import { type Engine, Refused } from '../../engine/engine.ts';
import type { StartRequest } from '../../engine/start-run.ts';
import { matchesEvent } from '../../model/event-pattern.ts';
import { runKeyAt } from '../run-keys.ts';

/** A message of the queue for starts. */
export interface StartMessage {
  id: string;
  body: string;
  /** When it was sent: it keeps its date, however often and late it is delivered. */
  sentAt: Date;
}

const asked = z.strictObject({
  nightshift: z.strictObject({
    start: z.strictObject({
      job: z.string('write the id of a job'),
      date: z.string('write a business date, such as "2026-11-21"').optional(),
      input: z.unknown().optional(),
    }),
  }),
});

const happened = z.looseObject({
  source: z.string(),
  'detail-type': z.string(),
  time: z.iso.datetime({ offset: true, message: 'must be the time of the event' }),
  detail: z.unknown().optional(),
});

/**
 * The runs that a message asks for: the one of `{"nightshift":{"start":{...}}}`, or those of every job whose `onEvent`
 * fits the EventBridge event.
 * @throws Refused when it is neither, or no job wants the event; UnknownJobError.
 */
export function startRequests(engine: Pick<Engine, 'jobs' | 'project'>, message: StartMessage): StartRequest[] {
  const value = parseJson(message.body);
  const who = `message ${message.id}`;
  const { timezone } = engine.project;
  if (typeof value === 'object' && value !== null && 'nightshift' in value) {
    const { job, date, input } = checked(asked, value).nightshift.start;
    const runKey = date ?? runKeyAt(engine.jobs.get(job), message.sentAt, timezone).runKey;
    return [{ job, runKey, who, ...(input === undefined ? {} : { input }) }];
  }
  const event = checked(happened, value);
  const jobs = engine.jobs.inOrder().filter((job) => job.onEvent !== undefined && matchesEvent(job.onEvent, event));
  if (jobs.length === 0) {
    throw new Refused(`No job's onEvent fits the event "${event['detail-type']}" of ${event.source}`);
  }
  return jobs.map((job) => ({
    job: job.id,
    runKey: runKeyAt(job, new Date(event.time), timezone).runKey,
    who,
    ...(job.input === undefined ? {} : { input: event.detail }),
  }));
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Refused('The message is not JSON', { cause: error });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refused(
    `The message is neither {"nightshift":{"start":{...}}} nor an EventBridge event: ${zodProblems(parsed.error).join('; ')}`,
  );
}
