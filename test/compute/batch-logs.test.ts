import { type LocalBatch, logGroup, startLocalBatch } from './local-batch.ts';
import { type ScriptedCall, withScriptedAws } from './scripted-aws.ts';

let local: LocalBatch;
beforeAll(async () => {
  local = await startLocalBatch();
});
afterEach(() => local.aws.misbehave.clear());
afterAll(() => local.stop());

const longAgo = new Date(0);
const said = (fields: string) =>
  `echo "{\\"nightshift\\":{\\"attempt\\":\\"$NIGHTSHIFT_ATTEMPT_ID\\",\\"shard\\":\${AWS_BATCH_JOB_ARRAY_INDEX:-0},${fields}}}"`;
const output = said('\\"output\\":{\\"users\\":5},\\"records\\":10');
const progress = said('\\"progress\\":{\\"done\\":1}');

/** Runs a script to its end. */
async function ran(source: string, size: number | null = null) {
  const request = local.script(source, { size });
  const jobId = await local.compute.start(request);
  const observed = await local.ended(jobId);
  return { jobId, observed, attemptId: request.environment.NIGHTSHIFT_ATTEMPT_ID ?? '' };
}

describe('the outputs of an attempt', () => {
  test('are the lines of all its shards, without progress and without those of others', async () => {
    await ran(output);
    const { attemptId } = await ran(`${progress}; echo plain; ${output}`, 3);

    const lines = await local.compute.outputs(logGroup, attemptId, longAgo);

    expect(lines.toSorted((a, b) => a.shard - b.shard)).toEqual([
      { shard: 0, output: { users: 5 }, records: 10 },
      { shard: 1, output: { users: 5 }, records: 10 },
      { shard: 2, output: { users: 5 }, records: 10 },
    ]);
  });

  test('are none before they can be read', async () => {
    local.aws.misbehave.set({ logLagMs: 60_000 });
    const { attemptId } = await ran(output);

    expect(await local.compute.outputs(logGroup, attemptId, longAgo)).toEqual([]);
  });

  test('are none in a group that is not there', async () => {
    expect(await local.compute.outputs('/no/such/group', 'a1', longAgo)).toEqual([]);
  });

  test('are looked for from a minute before, through empty pages, and come in a form that Postgres takes', async () => {
    const line = String.raw`{"nightshift":{"attempt":"a1","shard":0,"output":["a\u0000b"]}}`;
    const pages = [
      { events: [], nextToken: '1' },
      { events: [{ message: 'no JSON' }, { message: line }], nextToken: '2' },
      { events: [{ message: line }] },
    ];
    const answer = ({ request }: ScriptedCall) => ({ ok: pages[Number(request.nextToken ?? 0)] ?? {} });

    await withScriptedAws(answer, async (compute, calls) => {
      const lines = await compute.outputs('/g', 'a1', new Date(1_795_000_060_000));

      expect(lines).toEqual([
        { shard: 0, output: ['a\uFFFDb'] },
        { shard: 0, output: ['a\uFFFDb'] },
      ]);
      expect(calls[0]?.request).toMatchObject({
        logGroupName: '/g',
        startTime: 1_795_000_000_000,
        filterPattern: '{ ($.nightshift.attempt = "a1") && ($.nightshift.progress NOT EXISTS) }',
      });
    });
  });

  test('are not looked for by an id that would change the search', async () => {
    await expect(local.compute.outputs('/g', 'a" || "" = "', longAgo)).rejects.toThrow(TypeError);
  });
});

describe('the tail of a log', () => {
  test('has the last lines, oldest first, cut to 2,000 characters', async () => {
    const { observed } = await ran('echo one; echo two; head -c 3000 /dev/zero | tr "\\0" x; echo; echo four; exit 1');
    const stream = observed.failures[0]?.log;

    const lines = stream ? await local.compute.logTail(stream, 3) : [];

    expect(lines).toEqual(['two', 'x'.repeat(2_000), 'four']);
  });

  test('is empty when the stream or the group is not there', async () => {
    await ran('echo one');

    expect(await local.compute.logTail({ group: logGroup, stream: 'none' }, 20)).toEqual([]);
    expect(await local.compute.logTail({ group: '/none', stream: 'none' }, 20)).toEqual([]);
  });

  test('goes back over short pages, and has no NUL', async () => {
    const pages: Record<string, object> = {
      start: { events: [], nextBackwardToken: 'a' },
      a: { events: [{ message: 'two\0' }], nextBackwardToken: 'b' },
      b: { events: [{ message: 'one' }], nextBackwardToken: 'c' },
      c: { events: [], nextBackwardToken: 'c' },
    };
    const answer = ({ request }: ScriptedCall) => ({ ok: pages[String(request.nextToken ?? 'start')] ?? {} });

    await withScriptedAws(answer, async (compute) => {
      expect(await compute.logTail({ group: '/g', stream: 's' }, 20)).toEqual(['one', 'two\uFFFD']);
    });
  });
});

describe('the log of a job', () => {
  test('has the lines of all children, merged by time', async () => {
    const { jobId } = await ran('echo "from $AWS_BATCH_JOB_ARRAY_INDEX"; echo end', 3);

    const lines = await local.compute.logs(jobId);

    expect(lines.map((line) => line.message).sort()).toEqual(['end', 'end', 'end', 'from 0', 'from 1', 'from 2']);
    const times = lines.map((line) => line.at.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(new Set(lines.map((line) => line.stream)).size).toBe(3);
  });

  test('of one shard has the lines of that child alone', async () => {
    const { jobId } = await ran('echo "from $AWS_BATCH_JOB_ARRAY_INDEX"', 3);

    const lines = await local.compute.logs(jobId, { shardIndex: 2 });

    expect(lines.map((line) => line.message)).toEqual(['from 2']);
  });

  test('is cut after the first lines of the limit', async () => {
    const { jobId } = await ran('for i in 1 2 3 4 5; do echo $i; done');

    expect((await local.compute.logs(jobId, { limit: 3 })).map((line) => line.message)).toEqual(['1', '2', '3']);
    expect(await local.compute.logs(jobId, { limit: 0 })).toEqual([]);
  });

  test('is empty for a job that wrote nothing, and for one that AWS does not know', async () => {
    const { jobId } = await ran('exit 0');

    expect(await local.compute.logs(jobId)).toEqual([]);
    expect(await local.compute.logs('11111111-1111-1111-1111-111111111111')).toEqual([]);
  });

  test('is read although the stream of one child is missing', async () => {
    const child = (index: number) => ({ jobId: `p:${index}`, jobName: 'n', container: { logStreamName: `s${index}` } });
    const answer = ({ operation, request }: ScriptedCall) => {
      if (operation === 'describejobs') {
        const parent = { jobId: 'p', jobName: 'n', arrayProperties: { size: 3 } };
        return { ok: { jobs: (request.jobs as string[])[0] === 'p' ? [parent] : [child(0), child(1), child(2)] } };
      }
      const streams = request.logStreamNames as string[];
      if (streams.includes('s1')) return { error: 'ResourceNotFoundException', status: 400 };
      return { ok: { events: streams.map((name) => ({ timestamp: 1, message: name, logStreamName: name })) } };
    };

    await withScriptedAws(answer, async (compute) => {
      expect((await compute.logs('p')).map((line) => line.message)).toEqual(['s0', 's2']);
    });
  });
});
