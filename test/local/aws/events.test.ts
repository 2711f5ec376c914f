import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

interface BatchEvent {
  source: string;
  'detail-type': string;
  resources: string[];
  detail: { jobId: string; status: string; arrayProperties?: object; tags: object; attempts: object[] };
}

test('the end of a job is told in an EventBridge envelope with the job in it', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('exit 3');
    const job = await bench.ends(await bench.submit({ tags: { attempt: 'a1' } }));

    const [event] = await receiveEvents(bench, 1);

    expect(event).toMatchObject({
      version: '0',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      'detail-type': 'Batch Job State Change',
      source: 'aws.batch',
      account: '000000000000',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      region: 'ap-northeast-1',
      resources: [job.jobArn],
      detail: {
        jobId: job.jobId,
        jobName: 'job',
        jobQueue: 'arn:aws:batch:ap-northeast-1:000000000000:job-queue/main',
        status: 'FAILED',
        statusReason: 'Essential container in task exited',
        tags: { attempt: 'a1' },
        attempts: [{ container: { exitCode: 3 } }],
        container: { exitCode: 3 },
      },
    });
  });
});

test('children tell their index, the parent its size, and only ends are told', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('true');
    const jobId = await bench.submit({ arrayProperties: { size: 2 } });
    await bench.ends(jobId);

    const events = await receiveEvents(bench, 3);

    const places = Object.fromEntries(events.map(({ detail }) => [detail.jobId, detail.arrayProperties]));
    expect(places[`${jobId}:0`]).toEqual({ index: 0 });
    expect(places[`${jobId}:1`]).toEqual({ index: 1 });
    expect(places[jobId]).toMatchObject({ size: 2 });
    expect(new Set(events.map(({ detail }) => detail.status))).toEqual(new Set(['SUCCEEDED']));
  });
});

test('all states are told when the pattern says so', async () => {
  const eventStatuses = ['RUNNABLE', 'STARTING', 'RUNNING', 'SUCCEEDED'];
  await withLocalAws({ eventStatuses }, async (bench) => {
    await bench.define('true');
    await bench.ends(await bench.submit());

    const events = await receiveEvents(bench, 4);

    expect(events.map(({ detail }) => detail.status)).toEqual(eventStatuses);
  });
});

test('events are lost, repeated, delayed and reordered on request', async () => {
  await withLocalAws({ maxVcpus: 1 }, async (bench) => {
    const { misbehave } = bench.aws;
    await bench.define('true');

    misbehave.set({ loseEvents: true });
    await bench.ends(await bench.submit());
    misbehave.set({ loseEvents: false, repeatEvents: 2 });
    const repeated = await bench.submit();
    expect((await receiveEvents(bench, 3)).map(({ detail }) => detail.jobId)).toEqual([repeated, repeated, repeated]);

    misbehave.set({ repeatEvents: 0, reorderEvents: true, eventDelayMs: 10 });
    const [first, second] = [await bench.submit(), await bench.submit()];
    expect((await receiveEvents(bench, 2)).map(({ detail }) => detail.jobId)).toEqual([second, first]);
  });
});

test('a received message is hidden, comes back with another handle, and the old handle deletes nothing', async () => {
  await withLocalAws({}, async ({ sqs, aws }) => {
    const QueueUrl = aws.eventQueueUrl;
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'これは本文' }));
    const [first] = await receive(sqs, { QueueUrl, VisibilityTimeout: 1 });
    const hidden = await receive(sqs, { QueueUrl });

    const [again] = await receive(sqs, { QueueUrl, WaitTimeSeconds: 5 });
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first?.ReceiptHandle }));
    const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again?.ReceiptHandle }));

    expect(first?.Body).toBe('これは本文');
    expect(hidden).toEqual([]);
    expect(again).toMatchObject({ MessageId: first?.MessageId, Attributes: { ApproximateReceiveCount: '2' } });
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessagesNotVisible: '1', ApproximateNumberOfMessages: '0' });
    expect(await receive(sqs, { QueueUrl })).toEqual([]);
  });
});

test('a long poll ends as soon as a message is there', async () => {
  await withLocalAws({}, async ({ sqs, aws }) => {
    const QueueUrl = aws.eventQueueUrl;
    const before = Date.now();

    const polled = receive(sqs, { QueueUrl, WaitTimeSeconds: 20 });
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'late' }));

    expect((await polled).map((message) => message.Body)).toEqual(['late']);
    expect(Date.now() - before).toBeLessThan(10_000);
  });
});

test('a poll whose caller has gone away takes no message with it', async () => {
  await withLocalAws({}, async ({ sqs, aws }) => {
    const QueueUrl = aws.eventQueueUrl;
    const poll = new AbortController();
    const held = aws.misbehave.hold('ReceiveMessage');
    const abandoned = sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 }), {
      abortSignal: poll.signal,
    });
    await held.waiting();
    held.release();
    poll.abort();
    await expect(abandoned).rejects.toThrow();
    await until(
      () => aws.journal.calls('ReceiveMessage').length,
      (count) => count === 1,
    );

    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'kept' }));

    expect((await receive(sqs, { QueueUrl, WaitTimeSeconds: 5 })).map((message) => message.Body)).toEqual(['kept']);
  });
});

test('visibility can be given back, messages deleted in a batch, queues purged', async () => {
  await withLocalAws({}, async ({ sqs }) => {
    await sqs.send(new CreateQueueCommand({ QueueName: 'other' }));
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'other' }));
    for (const MessageBody of ['1', '2', '3']) await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    const taken = await receive(sqs, { QueueUrl, MaxNumberOfMessages: 10 });
    const [one, ...rest] = taken;

    await sqs.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: one?.ReceiptHandle, VisibilityTimeout: 0 }),
    );
    const Entries = rest.map(({ ReceiptHandle }, n) => ({ Id: String(n), ReceiptHandle }));
    const { Successful } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    const back = await receive(sqs, { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 0 });
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));

    expect(taken.map((message) => message.Body)).toEqual(['1', '2', '3']);
    expect(Successful).toHaveLength(2);
    expect(back.map((message) => message.Body)).toEqual(['1']);
    expect(await receive(sqs, { QueueUrl })).toEqual([]);
  });
});

test('SQS refuses what is out of range or not there', async () => {
  await withLocalAws({}, async ({ sqs, aws }) => {
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'nowhere' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    });
    await expect(receive(sqs, { QueueUrl: aws.eventQueueUrl, MaxNumberOfMessages: 11 })).rejects.toThrow(
      /between 1 and 10/,
    );
  });
});

async function receive(
  sqs: Bench['sqs'],
  request: ConstructorParameters<typeof ReceiveMessageCommand>[0],
): Promise<Message[]> {
  const { Messages } = await sqs.send(new ReceiveMessageCommand(request));
  return Messages ?? [];
}

async function receiveEvents({ sqs, aws }: Bench, count: number): Promise<BatchEvent[]> {
  const events: BatchEvent[] = [];
  while (events.length < count) {
    const messages = await receive(sqs, {
      QueueUrl: aws.eventQueueUrl,
      WaitTimeSeconds: 10,
      MaxNumberOfMessages: 10,
    });
    if (messages.length === 0) throw new Error(`Only ${events.length} of ${count} events came`);
    events.push(...messages.map((message) => JSON.parse(message.Body ?? '') as BatchEvent));
  }
  return events;
}
