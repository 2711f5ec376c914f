import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Engine } from '../../engine/engine.ts';
import { listAudit } from '../../store/audit.ts';
import { getRun, listRuns } from '../../store/runs.ts';
import { hearStarts } from '../../watcher/hear-starts.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';
import { until } from '../support/until.ts';
import { type World, withWorld } from '../support/world.ts';

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(6);
});
afterAll(() => temporal.stop());

const clientOf = ({ aws }: World) => new SQSClient({ region: aws.region, endpoint: aws.endpoint });
const input = { bucket: 'orders-tokyo' };
const asking = (start: object) => JSON.stringify({ nightshift: { start } });
const event = (changes: object) =>
  JSON.stringify({
    version: '0',
    id: 'e1',
    source: 'shop.orders',
    'detail-type': 'Orders exported',
    account: '000000000000',
    time: '2026-11-20T16:00:00Z',
    detail: input,
    ...changes,
  });

async function send(world: World, body: string, queue = world.aws.startQueueUrl): Promise<string> {
  const sent = await clientOf(world).send(new SendMessageCommand({ QueueUrl: queue, MessageBody: body }));
  return sent.MessageId ?? '';
}

async function countMessages(world: World, queue = world.aws.startQueueUrl): Promise<number> {
  const { Attributes = {} } = await clientOf(world).send(
    new GetQueueAttributesCommand({ QueueUrl: queue, AttributeNames: ['All'] }),
  );
  return Number(Attributes.ApproximateNumberOfMessages) + Number(Attributes.ApproximateNumberOfMessagesNotVisible);
}

const untilTaken = (world: World) =>
  until(async () => (await countMessages(world)) === 0, { describe: 'the messages to be taken' });

test('a message starts its run, once however often it is sent; the audit says which', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();
    const body = asking({ job: 'HOOKED', date: '2026-11-21', input });

    const id = await send(world, body);
    expect(await world.ends('HOOKED/2026-11-21')).toMatchObject({ status: 'succeeded', input });
    await send(world, body);
    await untilTaken(world);

    expect(await listAudit(world.db, 'HOOKED/2026-11-21')).toMatchObject([{ who: `message ${id}`, action: 'start' }]);
    expect(world.aws.journal.processes()).toHaveLength(1);
  }));

test('an event that fits starts the job for the day of its time, with its detail as input', () =>
  withWorld(temporal, async (world) => {
    await world.startWorker();

    await send(world, event({}));

    // One in the morning of the 21st in Tokyo.
    expect(await world.ends('HOOKED/2026-11-21')).toMatchObject({ status: 'succeeded', input });
    await untilTaken(world);
  }));

test('a message without a date keeps the day on which it was sent', () =>
  withWorld(temporal, async (world) => {
    const today = () => new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Tokyo' }).format(new Date());
    const before = today();
    await send(world, asking({ job: 'HOOKED', input }));
    const days = [before, today()];

    await hear(world, world.engine);

    const [run] = await listRuns(world.db, { limit: 2 });
    expect(days).toContain(run?.runKey);
  }));

/** One cycle over this queue. */
async function hear(world: World, engine: Engine, url = world.aws.startQueueUrl ?? '') {
  await hearStarts(engine, { client: clientOf(world), url, signal: new AbortController().signal });
}

test('what cannot be is logged with its reason, starts nothing, and ends in the dead-letter queue', () =>
  withWorld(temporal, async (world) => {
    const client = clientOf(world);
    const make = async (QueueName: string, Attributes: Record<string, string>) =>
      (await client.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
    const dead = await make('dead', {});
    const deadLetterTargetArn = 'arn:aws:sqs:ap-northeast-1:000000000000:dead';
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    const queue = await make('asked', { VisibilityTimeout: '0', RedrivePolicy });
    const refused = {
      'There is no job "HOOKER"; did you mean HOOKED': asking({ job: 'HOOKER' }),
      'input.bucket: must be string': asking({ job: 'HOOKED', date: '2026-11-21', input: { bucket: 5 } }),
      'is not a business date': asking({ job: 'HOOKED', date: '2026-02-30', input }),
      'nightshift.start: Unrecognized key: "at"': asking({ job: 'HOOKED', at: 5 }),
      'No job\'s onEvent fits the event "Orders lost" of shop.orders': event({ 'detail-type': 'Orders lost' }),
      'time: must be the time of the event': event({ time: 'yesterday' }),
      'is not JSON': 'start HOOKED, please',
    };
    const logged: string[] = [];
    const error = (name: string, record?: Record<string, unknown>) => void logged.push(`${name}: ${record?.reason}`);

    for (const [reason, body] of Object.entries(refused)) {
      await send(world, body, queue);
      await hear(world, { ...world.engine, log: { ...world.engine.log, error } }, queue);
      await hear(world, { ...world.engine, log: { ...world.engine.log, error } }, queue);
      expect(logged.splice(0)).toEqual(Array(2).fill(expect.stringContaining(reason)));
      // Received twice: the next receive moves it.
      await client.send(new ReceiveMessageCommand({ QueueUrl: queue }));
      expect(await countMessages(world, queue)).toBe(0);
    }

    expect(await countMessages(world, dead)).toBe(Object.keys(refused).length);
    expect(await listRuns(world.db, { limit: 1 })).toEqual([]);
  }));

test('a message whose run cannot be started now is delivered again', () =>
  withWorld(temporal, async (world) => {
    await send(world, asking({ job: 'HOOKED', date: '2026-11-21', input }));
    const logged: string[] = [];
    const broken = { connect: () => Promise.reject(new Error('the database is away')) };
    const log = { ...world.engine.log, error: (name: string) => void logged.push(name) };

    await hear(world, { ...world.engine, db: broken as never, log });

    expect(logged).toEqual(['message not taken']);
    expect(await countMessages(world)).toBe(1);
    expect(await getRun(world.db, 'HOOKED/2026-11-21')).toBeUndefined();
  }));
