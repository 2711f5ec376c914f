import { Readable } from 'node:stream';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import type { LocalAws } from '../../../local/aws/index.ts';
import { withLocalAws } from './with-local-aws.ts';

async function withS3(test: (s3: S3Client, aws: LocalAws) => Promise<void>): Promise<void> {
  await withLocalAws({ buckets: ['given'] }, async ({ aws }) => {
    const { endpoint, region } = aws;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const s3 = new S3Client({ endpoint, region, credentials, maxAttempts: 1, forcePathStyle: true });
    await test(s3, aws).finally(() => s3.destroy());
  });
}

test('objects are written, read, looked at and deleted, and the journal leaves their bytes out', async () => {
  await withS3(async (s3, aws) => {
    const place = { Bucket: 'made', Key: 'a folder/あ+b.json' };
    await s3.send(new CreateBucketCommand({ Bucket: 'made' }));
    await s3.send(
      new PutObjectCommand({ ...place, Body: '{"secret":1}', ContentType: 'application/json', Metadata: { of: 'me' } }),
    );

    const got = await s3.send(new GetObjectCommand(place));
    const head = await s3.send(new HeadObjectCommand(place));
    const text = await got.Body?.transformToString();
    await s3.send(new DeleteObjectCommand(place));

    expect(text).toBe('{"secret":1}');
    expect(got).toMatchObject({ ContentType: 'application/json', ContentLength: 12, Metadata: { of: 'me' } });
    expect(head).toMatchObject({ ContentLength: 12, ETag: got.ETag, LastModified: expect.any(Date) });
    expect(got.ETag).toMatch(/^"[0-9a-f]{32}"$/);
    await expect(s3.send(new GetObjectCommand(place))).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(aws.journal.calls('PutObject')[0]?.request).toMatchObject(place);
    expect(JSON.stringify(aws.journal.entries)).not.toContain('secret');
    expect(JSON.stringify(aws.journal.calls('PutObject'))).toContain('(12 bytes)');
  });
});

test('a body that is sent in chunks of the SDK is put together', async () => {
  await withS3(async (s3) => {
    const bytes = Buffer.alloc(300_000, 'line\r\n');
    const Body = Readable.from([bytes.subarray(0, 100_000), bytes.subarray(100_000)]);

    await s3.send(new PutObjectCommand({ Bucket: 'given', Key: 'big', Body, ContentLength: bytes.length }));
    const got = await s3.send(new GetObjectCommand({ Bucket: 'given', Key: 'big' }));

    expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(bytes)).toBe(true);
  });
});

test('keys are listed in their order, by prefix, in pages, and by folder', async () => {
  await withS3(async (s3) => {
    const keys = ['b/2', 'a', 'b/1', 'b/3', 'c&<', 'b/deep/4'];
    for (const Key of keys) await s3.send(new PutObjectCommand({ Bucket: 'given', Key, Body: Key }));
    const list = (changes: object) => s3.send(new ListObjectsV2Command({ Bucket: 'given', ...changes }));

    const all = await list({});
    const first = await list({ Prefix: 'b/', MaxKeys: 2 });
    const second = await list({ Prefix: 'b/', MaxKeys: 2, ContinuationToken: first.NextContinuationToken });
    const folders = await list({ Delimiter: '/' });

    const keysOf = (answer: { Contents?: { Key?: string | undefined }[] | undefined }) =>
      answer.Contents?.map(({ Key }) => Key);
    expect(keysOf(all)).toEqual(['a', 'b/1', 'b/2', 'b/3', 'b/deep/4', 'c&<']);
    expect(all.Contents?.[1]).toMatchObject({ Size: 3, StorageClass: 'STANDARD', LastModified: expect.any(Date) });
    expect([keysOf(first), first.IsTruncated]).toEqual([['b/1', 'b/2'], true]);
    expect([keysOf(second), second.IsTruncated]).toEqual([['b/3', 'b/deep/4'], false]);
    expect([keysOf(folders), folders.CommonPrefixes]).toEqual([['a', 'c&<'], [{ Prefix: 'b/' }]]);
  });
});

test('what is not there, or not played, is an error by name', async () => {
  await withS3(async (s3, aws) => {
    const none = { Bucket: 'none', Key: 'a' };
    await expect(s3.send(new GetObjectCommand(none))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.send(new PutObjectCommand({ ...none, Body: 'a' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.send(new ListObjectsV2Command({ Bucket: 'none' }))).rejects.toMatchObject({ name: 'NoSuchBucket' });
    await expect(s3.send(new HeadObjectCommand({ Bucket: 'given', Key: 'a' }))).rejects.toMatchObject({
      name: 'NotFound',
    });
    await expect(s3.send(new CreateBucketCommand({ Bucket: 'given' }))).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    await expect(s3.send(new GetObjectTaggingCommand({ Bucket: 'given', Key: 'a' }))).rejects.toMatchObject({
      name: 'NotImplemented',
    });
    aws.misbehave.rule({ kind: 'throttle', operation: 'GetObject' });
    await expect(s3.send(new GetObjectCommand(none))).rejects.toMatchObject({ name: 'SlowDown' });
  });
});
