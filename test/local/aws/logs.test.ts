import {
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { type Bench, until, withLocalAws } from './with-local-aws.ts';

const logGroupName = '/aws/batch/job';

/** Runs a job that prints the lines; returns the name of its stream. */
async function print(bench: Bench, lines: string[]): Promise<string> {
  const environment = [{ name: 'LINES', value: lines.join('\n') }];
  const job = await bench.ends(await bench.submit({ containerOverrides: { environment } }));
  return job.container?.logStreamName ?? '';
}

async function find(bench: Bench, filterPattern: string): Promise<(string | undefined)[]> {
  const { events } = await bench.logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }));
  return events?.map((event) => event.message) ?? [];
}

const messages = {
  done: '{"nightshift":{"attempt":"a1","shard":3,"output":{"users":25}},"tags":["x","y"]}',
  progress: '{"nightshift":{"attempt":"a1","shard":12,"progress":{"done":5}},"note":null,"isLast":true}',
  other: '{"nightshift":{"attempt":"b1-x","shard":3}}',
  plain: 'starting with attempt a1 { not JSON',
  error: 'ERROR could not reach db: "timed out"',
};

const patterns: [string, (keyof typeof messages)[]][] = [
  ['', ['done', 'progress', 'other', 'plain', 'error']],
  ['{ $.nightshift.attempt = "a1" }', ['done', 'progress']],
  ['{ $.nightshift.attempt != "a1" }', ['other']],
  ['{ $.nightshift.attempt = a1 }', ['done', 'progress']],
  ['{ $.nightshift.attempt = "b1*" }', ['other']],
  ['{ $.nightshift.attempt = "*-x" }', ['other']],
  ['{ $.nightshift.attempt = "*1*" }', ['done', 'progress', 'other']],
  ['{ $.nightshift.shard = 3 }', ['done', 'other']],
  ['{ $.nightshift.shard != 3 }', ['progress']],
  ['{ $.nightshift.shard >= 12 }', ['progress']],
  ['{ $.nightshift.shard < 12 && $.nightshift.attempt = "a1" }', ['done']],
  ['{ $.nightshift.shard = 12 || $.nightshift.attempt = "b*" && $.nightshift.shard = 3 }', ['progress', 'other']],
  ['{ ($.nightshift.shard = 12 || $.nightshift.attempt = "b*") && $.nightshift.shard = 3 }', ['other']],
  ['{ $.nightshift.output EXISTS }', ['done']],
  ['{ $.nightshift.output NOT EXISTS }', ['progress', 'other']],
  ['{ $.note IS NULL }', ['progress']],
  ['{ $.isLast IS TRUE }', ['progress']],
  ['{ $.tags[1] = "y" }', ['done']],
  ['a1', ['done', 'progress', 'plain']],
  ['attempt -nightshift', ['plain']],
  ['?starting ?ERROR', ['plain', 'error']],
  ['"reach db:" ERROR', ['error']],
];

test('filter patterns select as CloudWatch Logs does', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('echo "$LINES"');
    await print(bench, Object.values(messages));

    const found = await Promise.all(patterns.map(([pattern]) => find(bench, pattern)));

    const selected = patterns.map(([pattern], n) => [pattern, found[n]]);
    expect(selected).toEqual(patterns.map(([pattern, keys]) => [pattern, keys.map((key) => messages[key])]));
  });
});

test.each([
  '{ $.a = }',
  '{ $.a = "x"',
  '{ a = "x" }',
  '{ ($.a = "x" }',
  '{ $.a > "x" }',
  '{ $.a = "x" $.b = 1 }',
  'not-quoted',
  '[a, b]',
  '%x%',
])('%s is no pattern', async (filterPattern) => {
  await withLocalAws({}, async (bench) => {
    await bench.logs.send(new CreateLogGroupCommand({ logGroupName }));

    await expect(find(bench, filterPattern)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});

test('FilterLogEvents reads the streams of a prefix in pages', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('echo "$LINES"');
    const stream = await print(bench, ['1', '2', '3']);
    await print(bench, ['other']);
    const request = { logGroupName, logStreamNamePrefix: stream, limit: 2 };

    const first = await bench.logs.send(new FilterLogEventsCommand(request));
    const second = await bench.logs.send(new FilterLogEventsCommand({ ...request, nextToken: first.nextToken }));
    const byName = await bench.logs.send(new FilterLogEventsCommand({ logGroupName, logStreamNames: [stream] }));

    expect(first.events).toMatchObject([
      { message: '1', logStreamName: stream },
      { message: '2', logStreamName: stream },
    ]);
    expect(second.events?.map((event) => event.message)).toEqual(['3']);
    expect(second.nextToken).toBeUndefined();
    expect(byName.events).toHaveLength(3);
  });
});

test('start and end times bound what is read', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('echo "$LINES"; sleep 0.05; echo late');
    await print(bench, ['early']);
    const { events = [] } = await bench.logs.send(new FilterLogEventsCommand({ logGroupName }));
    const [early, late] = events.map((event) => event.timestamp ?? 0);
    const read = async (range: { startTime?: number | undefined; endTime?: number | undefined }) =>
      (await bench.logs.send(new FilterLogEventsCommand({ logGroupName, ...range }))).events?.map((one) => one.message);

    expect(await read({ startTime: late })).toEqual(['late']);
    expect(await read({ endTime: early })).toEqual(['early']);
    expect(await read({ startTime: (late ?? 0) + 1 })).toEqual([]);
  });
});

test('GetLogEvents goes forward and backward, and the token of an end leads to itself', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('echo "$LINES"');
    const logStreamName = await print(bench, ['1', '2', '3', '4', '5']);
    const get = async (changes: object) => {
      const answer = await bench.logs.send(
        new GetLogEventsCommand({ logGroupName, logStreamName, limit: 2, ...changes }),
      );
      return { ...answer, lines: answer.events?.map((event) => event.message).join('') };
    };

    const head = await get({ startFromHead: true });
    const next = await get({ nextToken: head.nextForwardToken });
    const last = await get({ nextToken: next.nextForwardToken });
    const end = await get({ nextToken: last.nextForwardToken });
    const tail = await get({});
    const before = await get({ nextToken: tail.nextBackwardToken });

    expect([head, next, last, end, tail, before].map((page) => page.lines)).toEqual(['12', '34', '5', '', '45', '23']);
    expect(end.nextForwardToken).toBe(last.nextForwardToken);
  });
});

test('a page holds at most one megabyte', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('for n in 1 2 3 4 5 6; do head -c 250000 /dev/zero | tr "\\0" x; echo; done');
    await bench.ends(await bench.submit());

    const first = await bench.logs.send(new FilterLogEventsCommand({ logGroupName }));
    const second = await bench.logs.send(new FilterLogEventsCommand({ logGroupName, nextToken: first.nextToken }));

    expect([first.events?.length, second.events?.length, second.nextToken]).toEqual([4, 2, undefined]);
  });
});

test('log events can be read late', async () => {
  await withLocalAws({}, async (bench) => {
    await bench.define('echo "$LINES"');
    bench.aws.misbehave.set({ logLagMs: 60_000 });
    await print(bench, ['late']);

    const atOnce = await find(bench, '');
    bench.aws.misbehave.set({ logLagMs: 200 });
    const later = await until(
      () => find(bench, ''),
      (lines) => lines.length > 0,
    );

    expect(atOnce).toEqual([]);
    expect(later).toEqual(['late']);
  });
});

test('groups and streams can be listed, and what is not there is a ResourceNotFoundException', async () => {
  await withLocalAws({}, async (bench) => {
    const { logs } = bench;
    await logs.send(new CreateLogGroupCommand({ logGroupName: '/shop' }));
    await bench.define('echo "$LINES"');
    const stream = await print(bench, ['x']);

    const { logGroups } = await logs.send(new DescribeLogGroupsCommand({}));
    const { logStreams } = await logs.send(
      new DescribeLogStreamsCommand({ logGroupName, orderBy: 'LastEventTime', descending: true }),
    );

    expect(logGroups?.map((group) => group.logGroupName)).toEqual([logGroupName, '/shop']);
    expect(logStreams).toMatchObject([{ logStreamName: stream, lastEventTimestamp: expect.any(Number) }]);
    for (const command of [
      new FilterLogEventsCommand({ logGroupName: '/nowhere' }),
      new GetLogEventsCommand({ logGroupName, logStreamName: 'nowhere' }),
    ]) {
      await expect(logs.send(command as FilterLogEventsCommand)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      });
    }
    await expect(logs.send(new CreateLogGroupCommand({ logGroupName: '/shop' }))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
  });
});
