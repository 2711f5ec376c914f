import type { Message } from '@aws-sdk/client-sqs';
import { schedulerSchedule } from '../../pulumi/jobs/scheduler-schedule.ts';
import { hearStarts } from '../../watcher/hear-starts.ts';
import { type PlannedEngine, plainJob, withPlannedEngine } from '../engine/planned-engine.ts';

const schedule = {
  expression: 'cron(0 1 * * ? *)',
  businessDate: 'previous',
  holidays: { dates: ['2026-11-23'] },
} as const;
const job = plainJob('NIGHT', { schedule });

test('what EventBridge Scheduler sends starts the run that Temporal would start, once', () =>
  withPlannedEngine([job], async (planned) => {
    // One in the morning of the 21st in Tokyo, for the day before.
    await hear(planned, [sentAt('2026-11-20T16:00:00Z'), sentAt('2026-11-20T16:00:00Z')]);

    expect(await planned.state('NIGHT/2026-11-20')).toBe('waiting');
    expect(await planned.state('NIGHT/2026-11-21')).toBe('none');
  }));

test('a holiday is not run', () =>
  withPlannedEngine([job], async (planned) => {
    await hear(planned, [sentAt('2026-11-23T16:00:00Z')]);

    expect(await planned.state('NIGHT/2026-11-23')).toBe('notRun holiday');
  }));

test('a message that says no time, or no job, is refused and left', () =>
  withPlannedEngine([job], async (planned) => {
    const body = (scheduled: object) => JSON.stringify({ nightshift: { scheduled } });

    const { refused, deleted } = await hear(planned, [body({ job: 'NIGHT' }), sentAt('2026-11-20T16:00:00Z', 'DAY')]);

    expect(refused).toEqual([
      expect.stringContaining('scheduledAt: must be the nominal time'),
      expect.stringContaining('no job "DAY"'),
    ]);
    expect(deleted).toBe(0);
  }));

/** The schedule's own input, with the time filled in as AWS does. */
function sentAt(time: string, id = 'NIGHT'): string {
  const made = schedulerSchedule({ ...job, id }, schedule, { timezone: 'Asia/Tokyo', now: new Date(0) });
  return String(made?.target.input).replace('<aws.scheduler.scheduled-time>', time);
}

/** One cycle over a queue with these messages. */
async function hear({ engine }: PlannedEngine, bodies: string[]): Promise<{ refused: string[]; deleted: number }> {
  const refused: string[] = [];
  let deleted = 0;
  const Messages: Message[] = bodies.map((Body, index) => ({
    Body,
    MessageId: `m${index}`,
    ReceiptHandle: `r${index}`,
  }));
  const client = {
    async send({ input }: { input: { Entries?: unknown[] } }) {
      deleted += input.Entries?.length ?? 0;
      return { Messages };
    },
  };
  const log = {
    ...engine.log,
    error: (_event: string, record?: Record<string, unknown>) => void refused.push(String(record?.reason)),
  };
  await hearStarts({ ...engine, log }, { client: client as never, url: 'queue', signal: new AbortController().signal });
  return { refused, deleted };
}
