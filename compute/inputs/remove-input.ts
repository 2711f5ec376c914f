import { rm } from 'node:fs/promises';
import { call } from '../aws/call.ts';
import { type AwsPlace, clientConfig } from '../aws/clients.ts';
import type { Upload } from '../port.ts';

/**
 * Removes an input from where it was put. What is not there any more counts as removed.
 * @throws AwsCallFailed
 */
export async function removeInput({ to }: Pick<Upload, 'to'>, place: AwsPlace): Promise<void> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(to) ?? [];
  if (bucket === undefined || key === undefined) return rm(to, { force: true });
  const { DeleteObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
  const s3 = new S3Client({ ...clientConfig(place), forcePathStyle: place.endpoint !== undefined });
  const within = place.timings?.callMs ?? 10_000;
  try {
    await call({ operation: 'DeleteObject', of: { bucket, key }, within }, (options) =>
      s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }), options),
    );
  } finally {
    s3.destroy();
  }
}
