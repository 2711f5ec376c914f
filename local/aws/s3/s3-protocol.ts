import { randomUUID } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { HttpReply } from '../wire/http-reply.ts';
import { signedFor, type WireCall, type WireProtocol, type WireRequest } from '../wire/wire-protocol.ts';
import { xmlDocument } from '../wire/xml.ts';
import { decodeBody } from './decode-body.ts';

/** The object of a PutObject; the journal shows only its size. */
export class ObjectBody {
  readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  toJSON(): string {
    return `(${this.bytes.length} bytes)`;
  }
}

/** S3's REST-XML, path style. Its paths could be anybody's, so the signature says that S3 is meant. */
export const s3Protocol: WireProtocol = {
  read(request) {
    if (signedFor(request) !== 's3') return undefined;
    const [bucket = '', ...rest] = request.url.pathname.slice(1).split('/');
    const key = decodeURIComponent(rest.join('/'));
    const operation = operationOf(request, { bucket, key });
    const fields = { Bucket: bucket, ...(key === '' ? {} : { Key: key }), ...fieldsOf(request, operation) };
    return { service: 's3', operation, request: fields, bodyBytes: request.body.length } satisfies WireCall;
  },
  writeAnswer(response, answer) {
    response.setHeader('x-amz-request-id', randomUUID());
    if (answer instanceof HttpReply) answer.write(response);
    else response.end();
  },
  writeError(response, error, { method, url }) {
    const RequestId = randomUUID();
    response.writeHead(error.httpStatus, { 'content-type': 'application/xml', 'x-amz-request-id': RequestId });
    const content = { Code: error.code, Message: error.message, Resource: url.pathname, RequestId };
    response.end(method === 'HEAD' ? '' : xmlDocument('Error', undefined, content));
  },
};

/** What else S3 can do by path and query is refused by name, not taken for something else. */
function operationOf({ method, url }: WireRequest, { bucket, key }: { bucket: string; key: string }): string {
  const query = url.searchParams;
  const of = bucket === '' ? 'account' : key === '' ? 'bucket' : 'object';
  if (method === 'GET' && of === 'bucket' && query.get('list-type') === '2') return 'ListObjectsV2';
  const others = ['uploads', 'uploadId', 'acl', 'tagging', 'versionId', 'versions', 'location', 'policy', 'delete'];
  const known: Record<string, string> = {
    'PUT bucket': 'CreateBucket',
    'PUT object': 'PutObject',
    'GET object': 'GetObject',
    'HEAD object': 'HeadObject',
    'DELETE object': 'DeleteObject',
  };
  const operation = others.some((name) => query.has(name)) ? undefined : known[`${method} ${of}`];
  if (operation !== undefined) return operation;
  throw new AwsError('NotImplemented', `The local AWS does not play ${method} ${url.pathname}${url.search}.`, 501);
}

function fieldsOf(request: WireRequest, operation: string): Record<string, unknown> {
  if (operation === 'ListObjectsV2') return Object.fromEntries(request.url.searchParams);
  if (operation !== 'PutObject') return {};
  const named = Object.entries(request.headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  const metadata = named.map(([name, value]) => [name.slice('x-amz-meta-'.length), value]);
  return {
    Body: new ObjectBody(decodeBody(request)),
    ContentType: request.headers['content-type'],
    Metadata: Object.fromEntries(metadata) as unknown,
    // A copy would be an object that is never read from its source.
    CopySource: request.headers['x-amz-copy-source'],
  };
}
