import { fileURLToPath } from 'node:url';
import type { Account } from '../account.ts';
import { type Container, liveContainer } from '../containers/live-container.ts';
import type { JournalWriter } from '../journal.ts';
import type { LogStore } from '../logs/store.ts';
import { type ProcessEnd, startProcess } from '../process.ts';
import { markVariable } from '../strays.ts';
import type { Watchdog } from '../watchdog.ts';
import { type LambdaFunction, latest, memoryMb } from './function.ts';

/** What running functions works with. */
export interface FunctionRunning {
  account: Account;
  logs: LogStore;
  journal: JournalWriter;
  watchdog: Watchdog;
  /** Variables that every process gets which has this role. */
  variables(roleArn: string): Record<string, string>;
}

/** One invocation. */
export interface Invocation {
  one: LambdaFunction;
  /** Where its code is. */
  directory: string;
  requestId: string;
  event: unknown;
  /** Told of the process as soon as there is one, so that it can be killed. */
  onStart(process: Container): void;
}

/** How an invocation ended, with the lines that it logged. */
export interface InvocationEnd {
  /** JSON: the handler's result, or the error. */
  payload: string;
  isError: boolean;
  log: string[];
}

const bootstrap = fileURLToPath(new URL('./bootstrap.js', import.meta.url));

/** Node runs a timer that is set for longer than this at once. */
const longestTimerMs = 2 ** 31 - 1;

/** Answers larger than this are an error of the function. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** Runs a function once, in a Node process of its own. Rejects when that cannot be started. */
export async function runFunction(running: FunctionRunning, invocation: Invocation): Promise<InvocationEnd> {
  const { one, requestId } = invocation;
  const log = openLog(running, one);
  const answer: Buffer[] = [];
  log.write(`START RequestId: ${requestId} Version: ${latest}`);
  const startedAt = Date.now();
  const process = await start(running, invocation, { ...log, onControl: (chunk) => answer.push(chunk) });
  let isLate = false;
  const timer = setTimeout(
    () => {
      isLate = true;
      process.kill();
    },
    Math.min(one.timeoutSeconds * 1_000, longestTimerMs),
  );
  const ended = await process.ended;
  clearTimeout(timer);
  const ms = Date.now() - startedAt;
  if (isLate) log.write(`${requestId} ${lateMessage(one)}`);
  log.write(`END RequestId: ${requestId}`);
  log.write(`REPORT RequestId: ${requestId}\tDuration: ${ms} ms\tMemory Size: ${memoryMb} MB`);
  const end = isLate ? late(invocation) : readAnswer(Buffer.concat(answer).toString('utf8'), requestId, ended);
  return { ...end, log: log.lines };
}

async function start(
  { watchdog, journal, variables }: FunctionRunning,
  { one, directory, requestId, event, onStart }: Invocation,
  streams: { name: string; write(line: string): void; onControl(chunk: Buffer): void },
): Promise<Container> {
  const command = [globalThis.process.execPath, bootstrap];
  const environment = {
    ...variables(one.role),
    ...one.environment,
    ...lambdaVariables({ one, directory }, streams.name),
  };
  const context = contextOf(one, requestId, streams.name);
  const process = await startProcess(
    {
      ...{ command, directory, onLine: streams.write, onControl: streams.onControl },
      environment: { ...environment, [markVariable]: requestId },
      input: JSON.stringify({ event, context }),
    },
    watchdog,
  );
  const owner = { jobId: requestId, jobName: one.name, attempt: 1 };
  journal.write({
    ...{ kind: 'started', at: Date.now(), pid: process.pid, ...owner },
    ...{ command, environment, secretNames: [] },
  });
  const container = liveContainer(process, owner, journal);
  onStart(container);
  return container;
}

function openLog({ logs }: FunctionRunning, one: LambdaFunction) {
  const lines: string[] = [];
  const group = logs.ensureGroup(`/aws/lambda/${one.name}`);
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const stream = logs.ensureStream(group, `${day}/[${latest}]${randomHex()}`);
  const write = (line: string) => {
    lines.push(line);
    logs.append(group, stream, line);
  };
  return { name: stream.name, lines, write };
}

function lambdaVariables(
  { one, directory }: Pick<Invocation, 'one' | 'directory'>,
  streamName: string,
): Record<string, string> {
  return {
    AWS_LAMBDA_FUNCTION_NAME: one.name,
    AWS_LAMBDA_FUNCTION_VERSION: latest,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${one.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: streamName,
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: one.handler,
  };
}

function contextOf(one: LambdaFunction, requestId: string, logStreamName: string): object {
  return {
    functionName: one.name,
    functionVersion: latest,
    invokedFunctionArn: one.arn,
    memoryLimitInMB: String(memoryMb),
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${one.name}`,
    logStreamName,
    callbackWaitsForEmptyEventLoop: true,
    deadlineMs: Date.now() + one.timeoutSeconds * 1_000,
  };
}

type Payload = Pick<InvocationEnd, 'payload' | 'isError'>;

function lateMessage({ timeoutSeconds }: LambdaFunction): string {
  return `Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
}

function late({ one, requestId }: Invocation): Payload {
  return errorPayload('Sandbox.Timedout', `RequestId: ${requestId} Error: ${lateMessage(one)}`);
}

function readAnswer(text: string, requestId: string, ended: ProcessEnd): Payload {
  if (text === '') {
    const how = ended.signal === undefined ? `exit status ${ended.exitCode}` : `signal: ${ended.signal}`;
    return errorPayload('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${how}`);
  }
  const answer = JSON.parse(text) as { result: unknown } | { error: object };
  if ('error' in answer) return { isError: true, payload: JSON.stringify(answer.error) };
  const payload = JSON.stringify(answer.result);
  if (Buffer.byteLength(payload) <= maxPayloadBytes) return { isError: false, payload };
  return errorPayload(
    'Function.ResponseSizeTooLarge',
    `Response payload size exceeded maximum allowed payload size (${maxPayloadBytes} bytes).`,
  );
}

function errorPayload(errorType: string, errorMessage: string): Payload {
  return { isError: true, payload: JSON.stringify({ errorType, errorMessage }) };
}

function randomHex(): string {
  return globalThis.crypto.randomUUID().replaceAll('-', '');
}
