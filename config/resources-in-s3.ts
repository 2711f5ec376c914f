import { AwsCallFailed, call, isAwsError } from '../compute/aws/call.ts';
import { ConfigError } from './config-error.ts';

/** How AWS is reached before there are resources that say where it is. */
export interface AwsAddress {
  /** Null: as the SDK finds it. */
  region: string | null;
  /** Null: AWS's own. */
  endpointUrl: string | null;
  /** Longest time of a read, repeats included, in milliseconds. Default 10 000. */
  withinMs?: number;
}

/** `s3://nightshift-prod/resources/4f1c.json` as bucket and key; null for a path. */
export function objectOf(address: string): { bucket: string; key: string } | null {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  return bucket === undefined || key === undefined ? null : { bucket, key };
}

/**
 * The text of an object.
 * @throws ConfigError when it is not there; AwsCallFailed when AWS refuses it or does not answer.
 */
export async function readObject(of: { bucket: string; key: string }, at: AwsAddress): Promise<string> {
  const { GetObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({
    ...(at.region === null ? {} : { region: at.region }),
    ...(at.endpointUrl === null ? {} : { endpoint: at.endpointUrl, forcePathStyle: true }),
  });
  try {
    return await call({ operation: 'GetObject', of, within: at.withinMs ?? 10_000 }, async (options) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: of.bucket, Key: of.key }), options);
      return (await Body?.transformToString()) ?? '';
    });
  } catch (error) {
    throw explained(error, of);
  } finally {
    s3.destroy();
  }
}

function explained(error: unknown, { bucket, key }: { bucket: string; key: string }): unknown {
  const object = `s3://${bucket}/${key}`;
  if (isAwsError(error, 'NoSuchKey') || isAwsError(error, 'NoSuchBucket')) {
    return new ConfigError(`The resources file ${object} is not right`, [
      'there is no such object; "pulumi up" of the stage writes it; set NIGHTSHIFT_RESOURCES to the address that it prints',
    ]);
  }
  if (!(error instanceof AwsCallFailed)) return error;
  const message = isAwsError(error, 'AccessDenied')
    ? // S3 says so of an object that is not there, too, to whoever may not list the bucket.
      `${error.message}: the worker's role needs s3:GetObject on arn:aws:s3:::${bucket}/${key}; check also that NIGHTSHIFT_RESOURCES is right`
    : `${error.message}: the resources file cannot be read; check the network, AWS_REGION and AWS_ENDPOINT_URL`;
  return new AwsCallFailed(message, error.failureClass, error);
}
