import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { AwsError } from '../aws-error.ts';

/** A request as it came, before anybody has found out what it calls. */
export interface WireRequest {
  method: string;
  /** Path and query; the host says nothing. */
  url: URL;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** A call as read from the wire. */
export interface WireCall {
  service: string;
  operation: string;
  request: Record<string, unknown>;
  bodyBytes: number;
}

/** One of the ways in which AWS's services are called. Errors are written so that the SDKs throw them by name. */
export interface WireProtocol {
  /** Undefined: not a call of this protocol. Throws AwsError when it is one that cannot be read. */
  read(request: WireRequest): WireCall | undefined;
  writeAnswer(response: ServerResponse, answer: object, call: WireCall): void;
  writeError(response: ServerResponse, error: AwsError, request: WireRequest): void;
}

/** No request that the local AWS takes is larger: objects in S3 are kept in memory. */
const maxBodyBytes = 64 * 1024 * 1024;

/** Reads a request whole. Rejects when it is larger than 64 MiB. */
export async function readRequest(message: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) throw new Error(`Request body is larger than ${maxBodyBytes} bytes`);
    chunks.push(chunk);
  }
  const url = new URL(message.url ?? '/', 'http://localhost');
  return { method: message.method ?? 'GET', url, headers: message.headers, body: Buffer.concat(chunks) };
}

/** The header's value; the first of several. */
export function headerOf(request: WireRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The service that a request was signed for, as the credential scope of its signature says. */
export function signedFor(request: WireRequest): string | undefined {
  return credentialOf(request)?.split('/').at(-2);
}

/** The access key that signed a request. */
export function accessKeyOf(request: WireRequest): string | undefined {
  return credentialOf(request)?.split('/').at(0);
}

/** `local/20261121/ap-northeast-1/s3/aws4_request` */
function credentialOf(request: WireRequest): string | undefined {
  const inHeader = /Credential=([^,\s]+)/.exec(headerOf(request, 'authorization') ?? '')?.[1];
  return inHeader ?? request.url.searchParams.get('X-Amz-Credential') ?? undefined;
}
