import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../aws-error.ts';
import { headerOf, type WireProtocol, type WireRequest } from './wire-protocol.ts';

/** Prefixes of `X-Amz-Target`, e.g. `Logs_20140328.FilterLogEvents`, and the services that they mean. */
const targets: Record<string, string> = {
  CodeBuild_20161006: 'codebuild',
  AmazonEC2ContainerServiceV20141113: 'ecs',
  GraniteServiceVersion20100801: 'cloudwatch',
  Logs_20140328: 'logs',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

/** AWS JSON: the target header says what is called, and the body is the request. */
export const jsonProtocol: WireProtocol = {
  read(request) {
    const target = headerOf(request, 'x-amz-target');
    const [prefix = '', operation = ''] = target?.split('.') ?? [];
    const service = targets[prefix];
    if (service === undefined) return undefined;
    return { service, operation, request: parseJson(request), bodyBytes: request.body.length };
  },
  writeAnswer: (response, answer) => writeJson(response, 200, answer),
  writeError: writeJsonError,
};

/** SQS and CloudWatch spoke another protocol once: clients that knew it go by the codes of those days. */
const formerCodes: Record<string, string> = {
  QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
  InvalidParameterValueException: 'InvalidParameterValue',
  MissingRequiredParameterException: 'MissingParameter',
  InternalServiceFault: 'InternalServiceError',
};

/** Writes an error so that the SDK throws the exception class of that name. */
export function writeJsonError(response: ServerResponse, error: AwsError): void {
  response.setHeader('x-amzn-errortype', error.code);
  const former = formerCodes[error.code];
  const side = error.httpStatus < 500 ? 'Sender' : 'Receiver';
  if (former !== undefined) response.setHeader('x-amzn-query-error', `${former};${side}`);
  writeJson(response, error.httpStatus, { __type: error.code, message: error.message, ...error.fields });
}

/** Writes a JSON answer. */
export function writeJson(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-amzn-requestid', randomUUID());
  response.end(JSON.stringify(body));
}

/** The request in a JSON body; no body is an empty request. Throws SerializationException when it is no JSON. */
export function parseJson(request: WireRequest): Record<string, unknown> {
  if (request.body.length === 0) return {};
  try {
    return JSON.parse(bodyOf(request).toString('utf8')) as Record<string, unknown>;
  } catch (error) {
    throw new AwsError('SerializationException', `The request is no JSON: ${(error as Error).message}`);
  }
}

/** As it was before its client packed it: the SDKs pack large metrics. Throws when it is not packed so. */
function bodyOf(request: WireRequest): Buffer {
  return headerOf(request, 'content-encoding') === 'gzip' ? gunzipSync(request.body) : request.body;
}
