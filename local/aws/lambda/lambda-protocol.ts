import { randomUUID } from 'node:crypto';
import type { AwsError } from '../aws-error.ts';
import { HttpReply } from '../wire/http-reply.ts';
import { writeJson } from '../wire/json-protocol.ts';
import { headerOf, type WireCall, type WireProtocol, type WireRequest } from '../wire/wire-protocol.ts';

const root = '/2015-03-31/functions';

/** Errors whose message the API's model writes with a capital. */
const capitalized = new Set(['ResourceNotFoundException', 'ServiceException']);

/** Lambda's REST-JSON. */
export const lambdaProtocol: WireProtocol = {
  read(request) {
    const { pathname, searchParams } = request.url;
    if (!pathname.startsWith(root)) return undefined;
    const [, name, what] = pathname.slice(root.length).split('/').map(decodeURIComponent);
    const query = Object.fromEntries(searchParams);
    const call = (operation: string, fields: Record<string, unknown>): WireCall => ({
      ...{ service: 'lambda', operation, bodyBytes: request.body.length },
      request: { ...query, ...fields },
    });
    if (request.method === 'POST' && name && what === 'invocations') return call('Invoke', invocation(request, name));
    if (request.method !== 'GET' || what !== undefined) return undefined;
    return name ? call('GetFunction', { FunctionName: name }) : call('ListFunctions', {});
  },
  writeAnswer(response, answer) {
    response.setHeader('x-amzn-requestid', randomUUID());
    if (answer instanceof HttpReply) answer.write(response);
    else writeJson(response, 200, answer);
  },
  writeError(response, error: AwsError) {
    response.setHeader('x-amzn-errortype', error.code);
    const message = capitalized.has(error.code) ? { Message: error.message } : { message: error.message };
    writeJson(response, error.httpStatus, { Type: error.httpStatus < 500 ? 'User' : 'Service', ...message });
  },
};

/** The payload goes into the journal as the value that it is; one that is no JSON as its text. */
function invocation(request: WireRequest, name: string): Record<string, unknown> {
  const headers = {
    InvocationType: headerOf(request, 'x-amz-invocation-type'),
    LogType: headerOf(request, 'x-amz-log-type'),
    ClientContext: headerOf(request, 'x-amz-client-context'),
  };
  const given = Object.entries(headers).filter(([, value]) => value !== undefined);
  return { FunctionName: name, ...Object.fromEntries(given), ...payloadOf(request.body.toString('utf8')) };
}

function payloadOf(text: string): { Payload?: unknown } {
  if (text === '') return {};
  try {
    return { Payload: JSON.parse(text) as unknown };
  } catch {
    return { Payload: new NotJson(text) };
  }
}

/** A payload that cannot be read: the operation refuses it, and the journal shows its text. */
export class NotJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toJSON(): string {
    return this.text;
  }
}
