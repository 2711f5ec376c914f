import type { S3Client } from '@aws-sdk/client-s3';
import { atMost } from '../compute/aws/at-most.ts';
import { AwsCallFailed, call, isAwsError } from '../compute/aws/call.ts';
import { resourcesProblem } from './resources-problem.ts';

/** How AWS is reached before there are resources that say where it is. */
export interface AwsAddress {
  /** Null: as the SDK finds it. */
  region: string | null;
  /** Null: AWS's own. */
  endpointUrl: string | null;
  /** Longest time of all that a read asks, repeats included, in milliseconds. Default 10 000. */
  withinMs?: number;
}

/** A file as it was read, by its name. */
export type Texts = Record<string, string>;

/** Where in S3 something is. */
interface Place {
  bucket: string;
  /** Ends with a slash: all that is below it. */
  key: string;
}

/** `s3://nightshift-prod/resources/4f1c/` as bucket and key; null for a path. */
function placeOf(address: string): Place | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key };
}

/**
 * Makes what reads an object, or, when the address ends with a slash, all below it whose names end with `.json`; null for
 * a path. Read again, only what has changed is fetched.
 * What it gives throws ConfigError when nothing is there; AwsCallFailed when AWS refuses it or does not answer.
 */
export function readerInS3(address: string, at: AwsAddress): (() => Promise<Texts>) | null {
  const place = placeOf(address);
  if (place === null) return null;
  const known = new Map<string, { etag: string; text: string }>();
  return async () => {
    const { S3Client } = await import('@aws-sdk/client-s3');
    const s3 = new S3Client({
      ...(at.region === null ? {} : { region: at.region }),
      ...(at.endpointUrl === null ? {} : { endpoint: at.endpointUrl, forcePathStyle: true }),
    });
    try {
      const { bucket, key } = place;
      const from = { s3, bucket, until: performance.now() + (at.withinMs ?? 10_000) };
      return key.endsWith('/') ? await readAll(from, key, known) : { [key]: await readObject(from, key) };
    } finally {
      s3.destroy();
    }
  };
}

interface From {
  s3: S3Client;
  bucket: string;
  /** When it has to have ended, by `performance.now()`. */
  until: number;
}

async function readAll(from: From, prefix: string, known: Map<string, { etag: string; text: string }>): Promise<Texts> {
  const listed = await listObjects(from, prefix);
  if (listed.length === 0) throw nothingThere(from, prefix);
  for (const key of known.keys()) if (!listed.some((one) => one.key === key)) known.delete(key);
  const changed = listed.filter(({ key, etag }) => known.get(key)?.etag !== etag);
  await atMost(16, changed, async ({ key, etag }) => {
    known.set(key, { etag, text: await readObject(from, key) });
  });
  return Object.fromEntries(listed.map(({ key }) => [key, known.get(key)?.text ?? '']));
}

/** In the order of their keys, as S3 lists them. */
async function listObjects(from: From, prefix: string): Promise<{ key: string; etag: string }[]> {
  const found: { key: string; etag: string }[] = [];
  let token: string | undefined;
  do {
    const { Contents = [], NextContinuationToken } = await listPage(from, prefix, token);
    found.push(...Contents.map(({ Key = '', ETag = '' }) => ({ key: Key, etag: ETag })));
    token = NextContinuationToken;
  } while (token !== undefined);
  // Some tools put an empty object where a folder is.
  return found.filter(({ key }) => key.endsWith('.json'));
}

async function listPage({ s3, bucket, until }: From, prefix: string, token: string | undefined) {
  const { ListObjectsV2Command } = await import('@aws-sdk/client-s3');
  const of = { bucket, key: prefix };
  const asked = { Bucket: bucket, Prefix: prefix, ContinuationToken: token };
  try {
    return await call({ operation: 'ListObjectsV2', of, within: msTo(until) }, (options) =>
      s3.send(new ListObjectsV2Command(asked), options),
    );
  } catch (error) {
    throw explained(error, of, `s3:ListBucket on arn:aws:s3:::${bucket} for ${prefix}*`);
  }
}

async function readObject({ s3, bucket, until }: From, key: string): Promise<string> {
  const { GetObjectCommand } = await import('@aws-sdk/client-s3');
  const of = { bucket, key };
  try {
    return await call({ operation: 'GetObject', of, within: msTo(until) }, async (options) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }), options);
      return (await Body?.transformToString()) ?? '';
    });
  } catch (error) {
    throw explained(error, of, `s3:GetObject on arn:aws:s3:::${bucket}/${key}`);
  }
}

function msTo(until: number): number {
  return Math.max(1, Math.ceil(until - performance.now()));
}

function explained(error: unknown, place: Place, right: string): unknown {
  if (isAwsError(error, 'NoSuchKey') || isAwsError(error, 'NoSuchBucket')) return nothingThere(place, place.key);
  if (!(error instanceof AwsCallFailed)) return error;
  const message = isAwsError(error, 'AccessDenied')
    ? // S3 says so of an object that is not there, too, to whoever may not list the bucket.
      `${error.message}: the worker's role needs ${right}; check also that NIGHTSHIFT_RESOURCES is right`
    : `${error.message}: the resources cannot be read; check the network, AWS_REGION and AWS_ENDPOINT_URL`;
  return new AwsCallFailed(message, error.failureClass, error);
}

function nothingThere({ bucket }: Pick<Place, 'bucket'>, key: string): Error {
  return resourcesProblem(`s3://${bucket}/${key}`, [
    'there is no such object; "pulumi up" of the stage writes it; set NIGHTSHIFT_RESOURCES to the address that it prints',
  ]);
}
