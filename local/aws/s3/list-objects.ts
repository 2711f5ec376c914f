import { AwsError } from '../aws-error.ts';
import { HttpReply } from '../wire/http-reply.ts';
import { type XmlElements, xmlDocument } from '../wire/xml.ts';
import type { Bucket, StoredObject } from './s3.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';
const maxKeys = 1_000;

/** One line of a listing: an object, or all that share a prefix up to the delimiter. */
type Line = { name: string; found: StoredObject } | { name: string; found: undefined };

/** A page of a bucket's keys in the order of their bytes. The fields are those of the query, by their names there. */
export function listObjects(bucket: Bucket, query: Record<string, string>): HttpReply {
  const size = sizeOf(query['max-keys']);
  const token = query['continuation-token'];
  const after = token === undefined ? (query['start-after'] ?? '') : Buffer.from(token, 'base64url').toString('utf8');
  const lines = linesOf(bucket, query).filter(({ name }) => after === '' || compare(name, after) > 0);
  const page = lines.slice(0, size);
  const last = page.at(-1);
  const isTruncated = lines.length > page.length && last !== undefined;
  const encode = query['encoding-type'] === 'url' ? encodeURIComponent : (text: string) => text;
  const content: XmlElements = {
    Name: query.Bucket,
    Prefix: encode(query.prefix ?? ''),
    Delimiter: query.delimiter === undefined ? undefined : encode(query.delimiter),
    StartAfter: query['start-after'],
    ContinuationToken: token,
    NextContinuationToken: isTruncated ? Buffer.from(last.name).toString('base64url') : undefined,
    KeyCount: page.length,
    MaxKeys: size,
    EncodingType: query['encoding-type'],
    IsTruncated: isTruncated,
    Contents: page.flatMap(({ found }) => (found ? describe(found, encode) : [])),
    CommonPrefixes: page.filter(({ found }) => !found).map(({ name }) => ({ Prefix: encode(name) })),
  };
  const body = xmlDocument('ListBucketResult', namespace, content);
  return new HttpReply({ headers: { 'content-type': 'application/xml' }, body });
}

function sizeOf(given: string | undefined): number {
  const size = Number(given ?? maxKeys);
  if (Number.isInteger(size) && size >= 0) return Math.min(size, maxKeys);
  throw new AwsError('InvalidArgument', `max-keys must be a number from 0, got ${given}`);
}

function linesOf(bucket: Bucket, { prefix = '', delimiter }: Record<string, string>): Line[] {
  const lines = new Map<string, Line>();
  for (const found of bucket.values()) {
    if (!found.key.startsWith(prefix)) continue;
    const end = delimiter ? found.key.indexOf(delimiter, prefix.length) : -1;
    const name = end < 0 ? found.key : found.key.slice(0, end + (delimiter?.length ?? 0));
    lines.set(name, end < 0 ? { name, found } : { name, found: undefined });
  }
  return [...lines.values()].sort((left, right) => compare(left.name, right.name));
}

function compare(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

function describe({ key, body, etag, modifiedAt }: StoredObject, encode: (text: string) => string): XmlElements {
  return {
    ...{ Key: encode(key), LastModified: modifiedAt.toISOString(), ETag: etag, Size: body.length },
    StorageClass: 'STANDARD',
  };
}
