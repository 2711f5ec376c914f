import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { AwsCallFailed, call } from '../aws/call.ts';
import { type AwsPlace, clientConfig } from '../aws/clients.ts';
import { StartRefused, type Upload } from '../port.ts';

/**
 * Makes what puts inputs where their pointers say: into S3, or a file of local mode. A repeat writes the same again.
 * It throws StartRefused: without its input nothing may start, and nothing has.
 */
export function createPutInput(place: AwsPlace): (upload: Upload) => Promise<void> {
  let s3: S3Client | undefined;
  return async (upload) => {
    try {
      if (!upload.to.startsWith('s3://')) return await putFile(upload);
      s3 ??= new S3Client({ ...clientConfig(place), forcePathStyle: place.endpoint !== undefined });
      await putObject(s3, upload, place.timings?.callMs ?? 10_000);
    } catch (error) {
      const failureClass = error instanceof AwsCallFailed ? error.failureClass : null;
      const message = error instanceof Error ? error.message : String(error);
      throw new StartRefused(failureClass ?? 'infrastructure', `The input could not be stored: ${message}`, error);
    }
  };
}

async function putObject(s3: S3Client, { to, body }: Upload, within: number) {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]+)\/(.+)$/.exec(to) ?? [];
  await call({ operation: 'PutObject', of: { bucket, key }, within }, (options) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/json' }), options),
  );
}

/** Whole or not at all, and the user's alone: an input may be sensitive. */
async function putFile({ to, body }: Upload) {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await writeFile(`${to}.tmp`, body, { mode: 0o600 });
  await rename(`${to}.tmp`, to);
}
