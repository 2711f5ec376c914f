import { createHash } from 'node:crypto';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation, type Service } from '../service.ts';
import { HttpReply } from '../wire/http-reply.ts';
import { listObjects } from './list-objects.ts';
import type { ObjectBody } from './s3-protocol.ts';

/** An object, kept in memory. */
export interface StoredObject {
  key: string;
  body: Buffer;
  etag: string;
  contentType: string;
  metadata: Record<string, string>;
  modifiedAt: Date;
}

/** A bucket's objects by key. */
export type Bucket = Map<string, StoredObject>;

interface ObjectRequest {
  Bucket: string;
  Key: string;
}

interface PutRequest extends ObjectRequest {
  Body: ObjectBody;
  ContentType?: string;
  Metadata: Record<string, string>;
  CopySource?: string;
}

/** S3 with some buckets in it. */
export function createS3(region: string, names: string[]): { service: Service } {
  const buckets = new Map<string, Bucket>(names.map((name) => [name, new Map()]));
  return {
    service: {
      name: 's3',
      operations: createOperations(region, buckets),
      troubles: {
        throttled: { code: 'SlowDown', status: 503 },
        failed: { code: 'InternalError', status: 500 },
        denied: { code: 'AccessDenied', status: 403 },
      },
    },
  };
}

function createOperations(region: string, buckets: Map<string, Bucket>): Record<string, Operation> {
  return {
    CreateBucket: operation<{ Bucket: string }>(({ Bucket: name }) => createBucket(region, buckets, name)),
    PutObject: operation<PutRequest>((request) => putObject(bucketOf(buckets, request.Bucket), request)),
    GetObject: operation<ObjectRequest>((request) => {
      const found = objectOf(buckets, request);
      return new HttpReply({ headers: headersOf(found), body: found.body });
    }),
    HeadObject: operation<ObjectRequest>(
      (request) => new HttpReply({ headers: headersOf(objectOf(buckets, request)) }),
    ),
    DeleteObject: operation<ObjectRequest>((request) => {
      bucketOf(buckets, request.Bucket).delete(request.Key);
      return new HttpReply({ status: 204 });
    }),
    ListObjectsV2: operation<Record<string, string>>((request) =>
      listObjects(bucketOf(buckets, request.Bucket ?? ''), request),
    ),
  };
}

function createBucket(region: string, buckets: Map<string, Bucket>, name: string): HttpReply {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.');
  }
  if (buckets.has(name)) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, 409);
  }
  buckets.set(name, new Map());
  return new HttpReply({ headers: { location: `/${name}`, 'x-amz-bucket-region': region } });
}

function putObject(bucket: Bucket, request: PutRequest): HttpReply {
  if (request.CopySource) throw new AwsError('NotImplemented', 'The local AWS does not play CopyObject.', 501);
  const body = request.Body.bytes;
  const etag = `"${createHash('md5').update(body).digest('hex')}"`;
  bucket.set(request.Key, {
    ...{ key: request.Key, body, etag, metadata: request.Metadata },
    contentType: request.ContentType ?? 'binary/octet-stream',
    modifiedAt: new Date(),
  });
  return new HttpReply({ headers: { etag } });
}

function headersOf({ body, etag, contentType, metadata, modifiedAt }: StoredObject): Record<string, string> {
  return {
    ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [`x-amz-meta-${name}`, value])),
    ...{ etag, 'content-type': contentType, 'content-length': String(body.length) },
    'last-modified': modifiedAt.toUTCString(),
    'accept-ranges': 'bytes',
  };
}

function objectOf(buckets: Map<string, Bucket>, { Bucket: name, Key }: ObjectRequest): StoredObject {
  const found = bucketOf(buckets, name).get(Key);
  if (!found) throw new AwsError('NoSuchKey', 'The specified key does not exist.', 404);
  return found;
}

function bucketOf(buckets: Map<string, Bucket>, name: string): Bucket {
  const bucket = buckets.get(name);
  if (!bucket) throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404);
  return bucket;
}
