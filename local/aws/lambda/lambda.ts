import { randomUUID } from 'node:crypto';
import type { GetFunctionRequest, ListFunctionsRequest } from '@aws-sdk/client-lambda';
import { AwsError } from '../aws-error.ts';
import type { Container } from '../containers/live-container.ts';
import type { LocalFunction } from '../options.ts';
import { pageOf } from '../paging.ts';
import { operation, type Service } from '../service.ts';
import { HttpReply } from '../wire/http-reply.ts';
import { describeFunction, type LambdaFunction, latest, newFunction } from './function.ts';
import { NotJson } from './lambda-protocol.ts';
import { type FunctionRunning, type InvocationEnd, maxPayloadBytes, runFunction } from './run-function.ts';

/** What Lambda is made from. */
export interface LambdaSurroundings {
  functions: Record<string, LocalFunction>;
  running: FunctionRunning;
}

/** AWS Lambda. */
export interface Lambda {
  service: Service;
  /** Kills all invocations and resolves when they are gone. */
  stop(): Promise<void>;
}

interface InvokeRequest {
  FunctionName: string;
  Qualifier?: string;
  InvocationType?: string;
  LogType?: string;
  Payload?: unknown;
}

interface LambdaState {
  functions: Map<string, LambdaFunction>;
  running: FunctionRunning;
  processes: Set<Container>;
  unfinished: Set<Promise<unknown>>;
}

const maxListed = 50;
/** As much of the log as a `Tail` answer carries. */
const tailBytes = 4 * 1024;

/** Makes Lambda with its functions. */
export function createLambda({ functions, running }: LambdaSurroundings): Lambda {
  const { account } = running;
  const made = Object.entries(functions).map(([name, given]) => [name, newFunction(account, name, given)] as const);
  const state: LambdaState = { functions: new Map(made), running, processes: new Set(), unfinished: new Set() };
  return {
    service: {
      name: 'lambda',
      operations: {
        Invoke: operation<InvokeRequest>((request, { bodyBytes }) => invoke(state, request, bodyBytes)),
        GetFunction: operation<GetFunctionRequest>(async (request) => {
          const one = findFunction(state, request);
          const Code = { RepositoryType: 'S3', Location: `file://${await one.directory()}` };
          return { Configuration: describeFunction(one), Code };
        }),
        ListFunctions: operation<ListFunctionsRequest>((request) => listFunctions(state, request)),
      },
      troubles: {
        throttled: { code: 'TooManyRequestsException', status: 429 },
        failed: { code: 'ServiceException', status: 500 },
        denied: { code: 'AccessDeniedException', status: 403 },
      },
    },
    async stop() {
      for (const process of state.processes) process.kill();
      await Promise.allSettled(state.unfinished);
    },
  };
}

/** Runs the function and waits; `Event` does not wait, and is not tried again; `DryRun` only looks. */
async function invoke(state: LambdaState, request: InvokeRequest, bodyBytes: number): Promise<object> {
  const one = findFunction(state, request);
  if (bodyBytes > maxPayloadBytes) {
    const message = `Request must be smaller than ${maxPayloadBytes} bytes for the Invoke operation`;
    throw new AwsError('RequestTooLargeException', message, 413);
  }
  if (request.Payload instanceof NotJson) {
    throw new AwsError('InvalidRequestContentException', 'Could not parse request body into json');
  }
  switch (request.InvocationType ?? 'RequestResponse') {
    case 'DryRun':
      return new HttpReply({ status: 204 });
    case 'Event': {
      const requestId = randomUUID();
      // What becomes of it, its log tells: nobody waits for it.
      void run(state, { one, requestId, event: request.Payload }).catch(() => undefined);
      return new HttpReply({ status: 202, jobId: requestId });
    }
    case 'RequestResponse': {
      const requestId = randomUUID();
      const end = await run(state, { one, requestId, event: request.Payload });
      return replyOf(end, requestId, request.LogType);
    }
    default:
      throw invalidValue(`InvocationType must be RequestResponse, Event or DryRun, got ${request.InvocationType}`);
  }
}

function run(
  state: LambdaState,
  what: { one: LambdaFunction; requestId: string; event: unknown },
): Promise<InvocationEnd> {
  let started: Container | undefined;
  const onStart = (process: Container) => {
    started = process;
    state.processes.add(process);
  };
  const event = what.event === undefined ? {} : what.event;
  const begin = async () =>
    runFunction(state.running, { ...what, event, onStart, directory: await what.one.directory() });
  const done = begin().finally(() => {
    if (started) state.processes.delete(started);
    state.unfinished.delete(done);
  });
  state.unfinished.add(done);
  return done;
}

function replyOf({ payload, isError, log }: InvocationEnd, requestId: string, logType?: string): HttpReply {
  const tail = Buffer.from(`${log.join('\n')}\n`).subarray(-tailBytes);
  return new HttpReply({
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amz-executed-version': latest,
      'x-amz-function-error': isError ? 'Unhandled' : undefined,
      'x-amz-log-result': logType === 'Tail' ? tail.toString('base64') : undefined,
    },
    body: payload,
    jobId: requestId,
  });
}

function listFunctions({ functions }: LambdaState, request: ListFunctionsRequest): object {
  const size = Math.min(Number(request.MaxItems ?? maxListed), maxListed);
  if (!Number.isInteger(size) || size < 1) throw invalidValue(`MaxItems must be at least 1, got ${request.MaxItems}`);
  const page = pageOf([...functions.values()], { size, token: request.Marker }, ({ name }) => name);
  if (!page) throw invalidValue('Invalid Marker');
  return { Functions: page.items.map((one) => describeFunction(one)), NextMarker: page.nextToken };
}

/** By name, `account:function:name`, or ARN, each with or without a version. */
function findFunction({ functions, running }: LambdaState, request: GetFunctionRequest): LambdaFunction {
  const given = request.FunctionName ?? '';
  const [name = '', version] = given.replace(/^.*function:/, '').split(':');
  const one = functions.get(name);
  const qualifier = request.Qualifier ?? version ?? latest;
  if (one && qualifier === latest) return one;
  const { region, id } = running.account;
  const arn = `arn:aws:lambda:${region}:${id}:function:${name}${qualifier === latest ? '' : `:${qualifier}`}`;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}

function invalidValue(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
