import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  GetFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  type InvokeCommandOutput,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import type { LocalFunction } from '../../../local/aws/index.ts';
import { type Bench, livingInGroup, until, withLocalAws } from './with-local-aws.ts';

interface LambdaBench extends Bench {
  lambda: LambdaClient;
  invoke(payload: unknown, changes?: Partial<InvokeCommandInput>): Promise<InvokeCommandOutput>;
}

/** A local AWS with one function `handler`, which is the source of an ES module. */
async function withFunction(
  source: string,
  test: (bench: LambdaBench) => Promise<void>,
  settings: Partial<LocalFunction> = {},
): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-function-'));
  await writeFile(join(directory, 'index.mjs'), source);
  try {
    await withLocalAws({ functions: { handler: { directory, ...settings } } }, async (bench) => {
      const { endpoint, region } = bench.aws;
      const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
      const lambda = new LambdaClient({ endpoint, region, credentials, maxAttempts: 1 });
      const invoke = (payload: unknown, changes: Partial<InvokeCommandInput> = {}) =>
        lambda.send(new InvokeCommand({ FunctionName: 'handler', Payload: JSON.stringify(payload), ...changes }));
      await test({ ...bench, lambda, invoke }).finally(() => lambda.destroy());
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}

function payloadOf(output: InvokeCommandOutput): unknown {
  return JSON.parse(Buffer.from(output.Payload ?? []).toString('utf8'));
}

test('a function is called with event and context, and answers with what it returns', async () => {
  const source = `export async function handler(event, context) {
    console.log('hello', event.name);
    return { name: event.name, context: context.functionName, left: context.getRemainingTimeInMillis() > 0,
      region: process.env.AWS_REGION, own: process.env.AWS_LAMBDA_FUNCTION_NAME, set: process.env.SET,
      endpoint: process.env.AWS_ENDPOINT_URL };
  }`;
  await withFunction(
    source,
    async ({ aws, invoke, logs }) => {
      const output = await invoke({ name: 'あ' }, { LogType: 'Tail' });
      const arn = 'arn:aws:lambda:ap-northeast-1:000000000000:function:handler:$LATEST';
      const byArn = await invoke({ name: 'b' }, { FunctionName: arn });

      expect(output).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      expect(output.FunctionError).toBeUndefined();
      expect(payloadOf(output)).toEqual({
        ...{ name: 'あ', context: 'handler', left: true, region: 'ap-northeast-1', own: 'handler', set: 'yes' },
        endpoint: aws.endpoint,
      });
      expect(payloadOf(byArn)).toMatchObject({ name: 'b' });
      expect(Buffer.from(output.LogResult ?? '', 'base64').toString('utf8')).toMatch(
        /^START RequestId: \S+ Version: \$LATEST\nhello あ\nEND RequestId: \S+\nREPORT /,
      );
      const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/handler' }));
      expect(events?.map((event) => event.message)).toEqual(expect.arrayContaining(['hello あ', 'hello b']));
      const [call] = aws.journal.calls('Invoke');
      expect(call).toMatchObject({ outcome: 'ok', request: { FunctionName: 'handler', Payload: { name: 'あ' } } });
      expect(aws.journal.processes(call?.jobId)).toMatchObject([
        { started: { jobName: 'handler' }, ended: { exitCode: 0 } },
      ]);
    },
    { environment: { SET: 'yes' } },
  );
});

test('what goes wrong in a function is an answer with FunctionError', async () => {
  const source = `export async function handler(event) {
    if (event.exit) process.exit(3);
    if (event.wait) await new Promise((resolve) => setTimeout(resolve, 60_000));
    if (event.big) return 'x'.repeat(6 * 1024 * 1024);
    throw new RangeError('too far');
  }
  export const other = 1;`;
  await withFunction(
    source,
    async ({ aws, invoke }) => {
      const outputs = [
        await invoke({}),
        await invoke({ exit: 1 }),
        await invoke({ big: 1 }),
        await invoke({ wait: 1 }),
      ];

      expect(outputs.map(({ StatusCode, FunctionError }) => [StatusCode, FunctionError])).toEqual(
        outputs.map(() => [200, 'Unhandled']),
      );
      expect(outputs.map(payloadOf)).toEqual([
        { errorType: 'RangeError', errorMessage: 'too far', trace: expect.arrayContaining(['RangeError: too far']) },
        { errorType: 'Runtime.ExitError', errorMessage: expect.stringMatching(/exit status 3$/) },
        { errorType: 'Function.ResponseSizeTooLarge', errorMessage: expect.any(String) },
        { errorType: 'Sandbox.Timedout', errorMessage: expect.stringMatching(/Task timed out after 4\.00 seconds$/) },
      ]);
      expect(aws.journal.running()).toEqual([]);
    },
    { timeoutSeconds: 4 },
  );
});

test.each([
  ['none.handler', 'Runtime.ImportModuleError'],
  ['index.none', 'Runtime.HandlerNotFound'],
  ['index.withCallback', undefined],
])('the handler %s gives %s', async (handler, errorType) => {
  await withFunction(
    'export const withCallback = (event, context, callback) => void setTimeout(() => callback(null, event), 10);',
    async ({ invoke }) => {
      const output = await invoke({ a: 1 });

      expect(payloadOf(output)).toMatchObject(errorType ? { errorType } : { a: 1 });
    },
    { handler },
  );
});

test('an Event is carried out behind the answer, and a DryRun not at all', async () => {
  await withFunction(`export const handler = async () => console.log('done');`, async ({ aws, invoke }) => {
    const dry = await invoke({}, { InvocationType: 'DryRun' });
    const before = aws.journal.processes().length;
    const event = await invoke({}, { InvocationType: 'Event' });
    const processes = await until(
      () => aws.journal.processes(),
      ([process]) => process?.ended !== undefined,
    );

    expect([dry.StatusCode, before, event.StatusCode]).toEqual([204, 0, 202]);
    expect(processes).toMatchObject([{ ended: { exitCode: 0 } }]);
  });
});

test('refusals are the errors of the API, and nothing is run', async () => {
  await withFunction('export const handler = async () => 1;', async ({ aws, lambda, invoke }) => {
    const unknown = { name: 'ResourceNotFoundException', message: expect.stringContaining('function:none') };
    await expect(invoke({}, { FunctionName: 'none' })).rejects.toMatchObject(unknown);
    await expect(lambda.send(new GetFunctionCommand({ FunctionName: 'none' }))).rejects.toMatchObject(unknown);
    await expect(invoke({}, { Qualifier: '7' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(invoke('x'.repeat(6 * 1024 * 1024))).rejects.toMatchObject({ name: 'RequestTooLargeException' });
    await expect(invoke({}, { Payload: 'not json' })).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
    aws.misbehave.rule({ kind: 'throttle', operation: 'Invoke', times: 1 });
    aws.misbehave.rule({ kind: 'serverError', operation: 'Invoke', times: 1 });
    await expect(invoke({})).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    await expect(invoke({})).rejects.toMatchObject({ name: 'ServiceException', $metadata: { httpStatusCode: 500 } });

    expect(aws.journal.processes()).toEqual([]);
  });
});

test('functions are described and listed in pages', async () => {
  await withLocalAws({ functions: { a: { directory: '/a' }, b: { directory: '/b' } } }, async ({ aws }) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const lambda = new LambdaClient({ endpoint: aws.endpoint, region: aws.region, credentials });

    const one = await lambda.send(new GetFunctionCommand({ FunctionName: 'a' }));
    const first = await lambda.send(new ListFunctionsCommand({ MaxItems: 1 }));
    const second = await lambda.send(new ListFunctionsCommand({ MaxItems: 1, Marker: first.NextMarker }));
    lambda.destroy();

    expect(one.Configuration).toMatchObject({ FunctionName: 'a', Timeout: 3, Handler: 'index.handler' });
    expect([first, second].map(({ Functions }) => Functions?.map((found) => found.FunctionName))).toEqual([
      ['a'],
      ['b'],
    ]);
    expect(second.NextMarker).toBeUndefined();
  });
});

test('what a function does when the local AWS stops is ended', async () => {
  let group = 0;
  await withFunction(
    'export const handler = () => new Promise((resolve) => setTimeout(resolve, 60_000));',
    async ({ aws, invoke }) => {
      void invoke({}).catch(() => undefined);
      group = await until(
        () => aws.journal.running()[0]?.pid ?? 0,
        (pid) => pid > 0,
      );
    },
    { timeoutSeconds: 900 },
  );

  expect(livingInGroup(group)).toEqual([]);
});
