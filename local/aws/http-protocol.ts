import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from './aws-error.ts';

/** A call as read from the wire. */
export interface WireCall {
  service: string;
  operation: string;
  request: Record<string, unknown>;
  bodyBytes: number;
}

/** Prefixes of `X-Amz-Target`, e.g. `Logs_20140328.FilterLogEvents`, and the services that they mean. */
const targets: Record<string, string> = {
  CodeBuild_20161006: 'codebuild',
  Logs_20140328: 'logs',
  AmazonSQS: 'sqs',
  secretsmanager: 'secretsmanager',
};

/** Batch's operations by path, which is the operation's name in lower case. */
export type BatchPaths = ReadonlyMap<string, string>;

/** Makes the map from the names of Batch's operations. */
export function batchPaths(operations: string[]): BatchPaths {
  return new Map(operations.map((name) => [`/v1/${name.toLowerCase()}`, name]));
}

/** Finds out what is called: AWS JSON by its target header, Batch's REST-JSON by path. Undefined: neither. */
export function readWireCall(message: IncomingMessage, body: Buffer, paths: BatchPaths): WireCall | undefined {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const call = calledByTarget(message) ?? calledByPath(message, url, paths);
  if (!call) return undefined;
  const request = { ...parseBody(body), ...call.fromPath };
  return { service: call.service, operation: call.operation, request, bodyBytes: body.length };
}

/** Writes an answer, in the form of the service's protocol. */
export function writeAnswer(response: ServerResponse, answer: object): void {
  write(response, 200, answer);
}

/** Writes an error so that the SDK throws the exception class of that name. */
export function writeError(response: ServerResponse, error: AwsError): void {
  response.setHeader('x-amzn-errortype', error.code);
  write(response, error.httpStatus, { __type: error.code, message: error.message });
}

/** Reads a request's body. Rejects when it is larger than any that AWS takes. */
export async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`Request body is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const maxBodyBytes = 10 * 1024 * 1024;

interface Called {
  service: string;
  operation: string;
  fromPath: Record<string, unknown>;
}

function calledByTarget(message: IncomingMessage): Called | undefined {
  const target = message.headers['x-amz-target'];
  if (typeof target !== 'string') return undefined;
  const [prefix = '', operation = ''] = target.split('.');
  const service = targets[prefix];
  return service === undefined ? undefined : { service, operation, fromPath: {} };
}

function calledByPath(message: IncomingMessage, url: URL, paths: BatchPaths): Called | undefined {
  const operation = message.method === 'POST' ? paths.get(url.pathname) : undefined;
  if (operation !== undefined) return { service: 'batch', operation, fromPath: {} };
  if (!url.pathname.startsWith('/v1/tags/')) return undefined;
  const tagging = { GET: 'ListTagsForResource', POST: 'TagResource', DELETE: 'UntagResource' }[message.method ?? ''];
  if (tagging === undefined) return undefined;
  const resourceArn = decodeURIComponent(url.pathname.slice('/v1/tags/'.length));
  return { service: 'batch', operation: tagging, fromPath: { resourceArn, ...tagKeysOf(url) } };
}

function tagKeysOf(url: URL): { tagKeys?: string[] } {
  return url.searchParams.has('tagKeys') ? { tagKeys: url.searchParams.getAll('tagKeys') } : {};
}

function parseBody(body: Buffer): Record<string, unknown> {
  return body.length === 0 ? {} : (JSON.parse(body.toString('utf8')) as Record<string, unknown>);
}

function write(response: ServerResponse, status: number, body: object): void {
  response.statusCode = status;
  response.setHeader('content-type', 'application/json');
  response.setHeader('x-amzn-requestid', randomUUID());
  response.end(JSON.stringify(body));
}
