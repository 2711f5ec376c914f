import { readFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { DeterminismViolationError } from '@temporalio/workflow';
import { expectRecordedCommands } from './compare-commands.ts';
import { features } from './features.ts';
import { bundleWithRecorder, type RecordedHistory, readHistory, replay, replayCommands } from './replay.ts';

let shipped: { code: string };
let withRecorder: { code: string };
beforeAll(async () => {
  shipped = { code: await readFile(process.env.NIGHTSHIFT_TEST_BUNDLE ?? '', 'utf8') };
  withRecorder = await bundleWithRecorder();
});

describe.each(features.map(({ name }) => name))('the recorded history %s', (feature) => {
  test('replays with the bundle that a worker gets', async () => {
    await replay(shipped, await readHistory(feature));
  });

  test('asks for the same commands with the same arguments', async () => {
    await expectRecordedCommands(feature, await replayCommands(withRecorder, await readHistory(feature)));
  });

  test('holds nothing of the machine that it was recorded on', async () => {
    const text = readable(await readHistory(feature));
    const root = fileURLToPath(new URL('../..', import.meta.url));

    expect(text.replaceAll('/tmp/nightshift-work', '')).not.toContain(`${tmpdir()}/`);
    expect(text).not.toContain(root);
    expect(text).not.toMatch(new RegExp(`\\d+@${hostname()}`));
    expect(text).not.toMatch(/127\.0\.0\.1|localhost/);
  });
});

describe('a history that the code does not fit', () => {
  test('with another activity in place of a recorded one is refused', async () => {
    const history = await readHistory('success');

    const wrong = changed(history, (text) => text.replace('"activity_type":"openRun"', '"activity_type":"closeRun"'));

    await expect(replay(shipped, wrong)).rejects.toThrow(DeterminismViolationError);
  });

  test('with an activity where the code asks for a timer is refused', async () => {
    const { events } = await readHistory('retry');

    const wrong = events.map((event) => (event.eventType === 'EVENT_TYPE_TIMER_STARTED' ? anActivity(event) : event));

    await expect(replay(shipped, { events: wrong })).rejects.toThrow(DeterminismViolationError);
  });
});

/** The same event as the schedule of an activity. */
function anActivity({ timerStartedEventAttributes, ...event }: Record<string, unknown>): Record<string, unknown> {
  const { workflowTaskCompletedEventId } = timerStartedEventAttributes as { workflowTaskCompletedEventId: string };
  const activityTaskScheduledEventAttributes = {
    activityId: '1',
    activityType: { name: 'sendMail' },
    taskQueue: { name: 'test-local' },
    workflowTaskCompletedEventId,
  };
  return { ...event, eventType: 'EVENT_TYPE_ACTIVITY_TASK_SCHEDULED', activityTaskScheduledEventAttributes };
}

/** The history with its payloads as text. */
function readable(history: RecordedHistory): string {
  const texts: string[] = [];
  changed(history, (text) => {
    texts.push(text);
    return text;
  });
  return `${JSON.stringify(history)}\n${texts.join('\n')}`;
}

/** The history with every payload's text changed. */
function changed(history: RecordedHistory, change: (text: string) => string): RecordedHistory {
  const revive = (key: string, value: unknown) =>
    key === 'data' && typeof value === 'string' ? toBase64(change(fromBase64(value))) : value;
  return JSON.parse(JSON.stringify(history), revive);
}

function fromBase64(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}

function toBase64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
