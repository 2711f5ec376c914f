import { InvokeCommand, type InvokeCommandOutput, LambdaClient } from '@aws-sdk/client-lambda';
import type { FailureClass } from '../../model/failures.ts';
import { AwsCallFailed, call } from '../aws/call.ts';
import { type AwsPlace, clientConfig } from '../aws/clients.ts';
import { readableLine } from '../logs/log-text.ts';

/** What came of one call of a function. */
export type Invoked =
  | { status: 'succeeded'; output: unknown }
  | { status: 'failed'; class: FailureClass; reason: string; logTail: string[] };

/** Calls a function by its name and waits for its answer. Never throws for what Lambda or the function says. */
export type LambdaCaller = (asked: { name: string; event: object; timeoutMs: number }) => Promise<Invoked>;

/** What Lambda takes as the event of a synchronous call, in bytes. */
const longestEvent = 6 * 1_024 * 1_024;

/** Beyond the function's own time: its start, and the way there and back. */
const slackMs = 30_000;

const tailLines = 20;

/** Makes what calls Lambda functions at a place. The client never retries: the workflow does, and tells. */
export function createLambdaCaller(place: AwsPlace): LambdaCaller {
  const lambda = new LambdaClient(clientConfig(place));
  return async ({ name, event, timeoutMs }) => {
    const payload = Buffer.from(JSON.stringify(event));
    if (payload.length > longestEvent) {
      const reason = `The event has ${payload.length} bytes, Lambda takes ${longestEvent} [function=${name}]`;
      return failed('inputTooLarge', reason);
    }
    try {
      const answer = await call(
        { operation: 'Invoke', of: { function: name }, within: timeoutMs + slackMs },
        (options) =>
          lambda.send(
            new InvokeCommand({
              FunctionName: name,
              InvocationType: 'RequestResponse',
              LogType: 'Tail',
              Payload: payload,
            }),
            options,
          ),
      );
      return read(answer);
    } catch (error) {
      if (!(error instanceof AwsCallFailed)) throw error;
      // An answer that never came leaves open what the function did; it is called again under the same key.
      return failed(error.failureClass ?? 'infrastructure', error.message);
    }
  };
}

function read(answer: InvokeCommandOutput): Invoked {
  const text = Buffer.from(answer.Payload ?? new Uint8Array()).toString('utf8');
  const value = parsed(text);
  if (answer.FunctionError === undefined) {
    return value === undefined
      ? failed('outputInvalid', 'The function answered with something that is no JSON')
      : { status: 'succeeded', output: value };
  }
  const { errorType, errorMessage } = (value ?? {}) as { errorType?: unknown; errorMessage?: unknown };
  const reason = [errorType, errorMessage].filter(Boolean).join(': ') || answer.FunctionError;
  const failureClass = /Task timed out after/.test(reason) ? 'timeout' : 'functionError';
  return { ...failed(failureClass, reason), logTail: tailOf(answer) };
}

/** Lambda gives the last 4 KB of the call's log. */
function tailOf({ LogResult }: InvokeCommandOutput): string[] {
  const text = Buffer.from(LogResult ?? '', 'base64').toString('utf8');
  return text.trimEnd().split('\n').slice(-tailLines).map(readableLine);
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failed(failureClass: FailureClass, reason: string) {
  return { status: 'failed', class: failureClass, reason, logTail: [] as string[] } as const;
}
