import { createBatchCompute } from '../../compute/batch/create-batch-compute.ts';
import { StartRefused } from '../../compute/port.ts';
import { startRequest } from './requests.ts';
import { type ScriptedAnswer, withScriptedAws } from './scripted-aws.ts';
import { startAlone } from './start-alone.ts';

/** The error of a start that gets this answer, and how often AWS was asked. */
async function startError(answer: ScriptedAnswer): Promise<{ error: unknown; asked: number }> {
  let result = { error: undefined as unknown, asked: 0 };
  await withScriptedAws(
    () => answer,
    async (compute, calls) => {
      const error = await compute.start(startRequest()).catch((thrown: unknown) => thrown);
      result = { error, asked: calls.length };
    },
  );
  return result;
}

describe('starting a job', () => {
  test('sends the whole request, and nothing else', async () => {
    await withScriptedAws(
      () => ({ ok: { jobId: 'j1' } }),
      async (compute, calls) => {
        const jobId = await compute.start(startRequest({ size: 4 }));

        expect(jobId).toBe('j1');
        expect(calls).toEqual([
          {
            operation: 'submitjob',
            request: {
              jobName: 'shop-test-BATCH-001-a1b2',
              jobQueue: 'on-demand',
              jobDefinition: 'arn:aws:batch:ap-northeast-1:000000000000:job-definition/ranking:3',
              tags: { 'nightshift:attempt': 'a1b2', 'nightshift:database': 'd1' },
              propagateTags: true,
              arrayProperties: { size: 4 },
              containerOverrides: {
                command: ['node', 'score.js'],
                environment: [
                  { name: 'JOB_INPUT', value: '{"password":"hunter2"}' },
                  { name: 'STAGE', value: 'test' },
                ],
                resourceRequirements: [
                  { type: 'VCPU', value: '0.25' },
                  { type: 'MEMORY', value: '512' },
                ],
              },
              timeout: { attemptDurationSeconds: 600 },
              retryStrategy: { attempts: 1 },
            },
          },
        ]);
      },
    );
  });

  test('of a single job asks for no array', async () => {
    await withScriptedAws(
      () => ({ ok: { jobId: 'j1' } }),
      async (compute, calls) => {
        await compute.start(startRequest());

        expect(calls[0]?.request).not.toHaveProperty('arrayProperties');
      },
    );
  });

  const refusals: [string, number, string][] = [
    ['TooManyRequestsException', 429, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['AccessDeniedException', 403, 'accessDenied'],
    ['ExpiredTokenException', 403, 'infrastructure'],
    ['ClientException', 400, 'startFailed'],
    ['ValidationException', 400, 'startFailed'],
  ];

  test.each(refusals)('is refused by %s (%i) as %s, asked once', async (name, status, failureClass) => {
    const { error, asked } = await startError({ error: name, status, message: 'User x may not batch:SubmitJob' });

    expect(error).toBeInstanceOf(StartRefused);
    expect(error).toMatchObject({ failureClass });
    expect(asked).toBe(1);
  });

  test('that lacks a right says which, and where', async () => {
    const message = 'User: arn:aws:iam::000000000000:user/night is not authorized to perform: batch:SubmitJob';
    const { error } = await startError({ error: 'AccessDeniedException', status: 403, message });

    expect(String(error)).toContain('perform: batch:SubmitJob');
    expect(String(error)).toContain('[queue=on-demand, name=shop-test-BATCH-001-a1b2]');
  });

  const unknowns: [string, ScriptedAnswer][] = [
    ['an error of AWS (500)', { error: 'ServerException', status: 500 }],
    ['an error of a gateway (503)', { error: 'ServiceUnavailable', status: 503 }],
    ['a timeout on their side (408)', { error: 'RequestTimeout', status: 408 }],
    ['a broken connection', 'reset'],
    ['no answer', 'hang'],
    ['half an answer', 'stall'],
    ['an answer that is no JSON', 'garble'],
    ['an answer without an id', { ok: {} }],
  ];

  test.each(unknowns)('leaves open whether a job was made after %s, asked once', async (_what, answer) => {
    const { error, asked } = await startError(answer);

    expect(error).toBeInstanceOf(Error);
    expect(error).not.toBeInstanceOf(StartRefused);
    expect(String(error)).toContain('[queue=on-demand, name=shop-test-BATCH-001-a1b2]');
    expect(asked).toBe(1);
  });

  test.each([
    ['nobody listens', 'http://127.0.0.1:1', 'ECONNREFUSED'],
    ['the host has no address', 'http://batch.invalid', 'batch.invalid'],
  ])('is refused when %s, since nothing was sent', async (_what, endpoint, word) => {
    const failure = await startAlone(endpoint);

    expect(failure).toMatchObject({ name: 'StartRefused', failureClass: 'infrastructure' });
    expect(failure.message).toContain(word);
  });

  test('gives up in time even when the credentials never come', async () => {
    await withScriptedAws(
      () => ({ ok: { jobId: 'j1' } }),
      async (_compute, calls) => {
        const compute = createBatchCompute({
          region: 'ap-northeast-1',
          credentials: () => new Promise(() => undefined),
          timings: { callMs: 100 },
        });

        await expect(compute.start(startRequest())).rejects.toThrow(/no answer within 100 ms/);
        expect(calls).toEqual([]);
      },
    );
  });

  test('is refused before AWS is asked when the input is too long', async () => {
    await withScriptedAws(
      () => ({ ok: { jobId: 'j1' } }),
      async (compute, calls) => {
        const long = startRequest({ environment: { JOB_INPUT: 'x'.repeat(8_192) } });

        await expect(compute.start(long)).rejects.toMatchObject({ failureClass: 'inputTooLarge' });
        expect(calls).toEqual([]);
      },
    );
  });

  test.each([
    ...refusals.map(([error, status]): ScriptedAnswer => ({ error, status })),
    ...unknowns.map(([, answer]) => answer),
  ])('repeats nothing of the input in its error (%j)', async (answer) => {
    const { error } = await startError(answer);

    expect(everyWord(error)).not.toMatch(/hunter2|secret/);
  });
});

/** What a log would show of an error and its causes. */
function everyWord(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return `${error.stack} ${JSON.stringify(error)} ${everyWord(error.cause)}`;
}
