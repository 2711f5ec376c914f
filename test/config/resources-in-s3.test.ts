import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { explain } from '../../cli/exit-codes.ts';
import { resourcesReader } from '../../config/resources.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { localPrincipals, workerAccessKey } from '../../local/stack/local-principals.ts';
import { nothingExists } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import { until } from '../support/until.ts';
import { errorOf } from './project.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

const file = 's3://nightshift-prod/resources/4f1c.json';
const resources = { region: 'us-east-1', batch: { queues: { onDemand: 'main', spot: 'spot' }, definitions: {} } };
let aws: LocalAws;
let s3: S3Client;
const place = () => ({ region: aws.region, endpointUrl: aws.endpoint });

beforeAll(async () => {
  aws = await startLocalAws({ images: {}, jobQueues: [] });
  s3 = new S3Client({ region: aws.region, endpoint: aws.endpoint, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: 'nightshift-prod' }));
  for (const [Key, Body] of Object.entries({ '4f1c': JSON.stringify(resources), broken: '{', empty: '{}' })) {
    await s3.send(new PutObjectCommand({ Bucket: 'nightshift-prod', Key: `resources/${Key}.json`, Body }));
  }
});

afterAll(async () => {
  s3.destroy();
  await aws.stop();
});

test('the resources are read from S3', async () => {
  expect(await resourcesReader(file, place())()).toEqual(resources);
});

describe('a folder', () => {
  const folder = 's3://nightshift-prod/resources/87eb/';
  const put = (name: string, value: unknown) =>
    s3.send(
      new PutObjectCommand({
        ...{ Bucket: 'nightshift-prod', Key: `resources/87eb/${name}.json` },
        Body: typeof value === 'string' ? value : JSON.stringify(value),
      }),
    );
  const definition = (arn: string) => ({ arn, logGroup: 'g' });
  const fetched = () =>
    aws.journal.entries.flatMap((entry) =>
      entry.kind === 'call' && entry.operation === 'GetObject' ? [String(entry.request.Key).split('/').at(-1)] : [],
    );

  beforeEach(async () => {
    await put('stage', resources);
    await put('job-a', { batch: { definitions: { 'a/one': definition('1'), 'a/two': definition('2') } } });
    await put('job-b', { batch: { definitions: { 'b/one': definition('3') } } });
  });

  test('is put together, and read again only where it has changed', async () => {
    const read = resourcesReader(folder, place());
    expect(await read()).toEqual({
      ...resources,
      batch: {
        ...resources.batch,
        definitions: { 'a/one': definition('1'), 'a/two': definition('2'), 'b/one': definition('3') },
      },
    });

    const before = fetched().length;
    await put('job-a', { batch: { definitions: { 'a/one': definition('4') } } });
    await s3.send(new DeleteObjectCommand({ Bucket: 'nightshift-prod', Key: 'resources/87eb/job-b.json' }));

    expect((await read()).batch.definitions).toEqual({ 'a/one': definition('4') });
    expect(fetched().slice(before)).toEqual(['job-a.json']);
  });

  test('with a broken part, or without the part of the stage, is named', async () => {
    await put('job-a', '{');
    expect((await errorOf(resourcesReader(folder, place())())).message).toMatch(
      /resources in s3:\/\/nightshift-prod\/resources\/87eb\/ are not right:\n.*job-a\.json: is not JSON/,
    );
    await put('job-a', {});
    await s3.send(new DeleteObjectCommand({ Bucket: 'nightshift-prod', Key: 'resources/87eb/stage.json' }));
    expect((await errorOf(resourcesReader(folder, place())())).message).toContain('region');
  });

  test('of more than a page of objects is read whole; what is no .json in it is not looked at', async () => {
    await s3.send(new PutObjectCommand({ Bucket: 'nightshift-prod', Key: 'resources/many/', Body: new Uint8Array() }));
    await s3.send(
      new PutObjectCommand({
        Bucket: 'nightshift-prod',
        Key: 'resources/many/a.json',
        Body: JSON.stringify(resources),
      }),
    );
    const keys = Array.from({ length: 1_001 }, (_, index) => `job-${String(index).padStart(4, '0')}`);
    for (const job of keys) {
      const part = { batch: { definitions: { [`${job}/one`]: definition('1') } } };
      await s3.send(
        new PutObjectCommand({
          ...{ Bucket: 'nightshift-prod', Key: `resources/many/${job}.json` },
          Body: JSON.stringify(part),
        }),
      );
    }

    const { batch } = await resourcesReader('s3://nightshift-prod/resources/many/', place())();

    expect(Object.keys(batch.definitions)).toEqual(keys.map((job) => `${job}/one`));
  });

  test('that may not be listed is named with the right for it', async () => {
    aws.misbehave.rule({ kind: 'accessDenied', operation: 'ListObjectsV2', times: 1 });

    const error = await errorOf(resourcesReader(folder, place())());

    expect(error.message).toContain('s3:ListBucket on arn:aws:s3:::nightshift-prod for resources/87eb/*');
    expect(explain(error).code).toBe(6);
  });
});

test.each([
  ['s3://nightshift-prod/resources/none.json', /none\.json is not right:\n.*no such object.*pulumi up/],
  ['s3://nightshift-prod/resources/none/', /resources in .*none\/ are not right:\n.*no such object.*pulumi up/],
  ['s3://other/resources/4f1c.json', /s3:\/\/other\/resources\/4f1c\.json is not right:\n.*no such object/],
  ['s3://nightshift-prod/resources/broken.json', /broken\.json is not right:\n.*is not JSON/],
  ['s3://nightshift-prod/resources/empty.json', /empty\.json is not right:\n.*region/],
])('%s, which is not right, is named with what makes it, and ends a command with 2', async (address, message) => {
  const error = await errorOf(resourcesReader(address, place())());

  expect(error.message).toMatch(message);
  expect(explain(error).code).toBe(2);
});

test('a refusal names the action and the object, and ends a command with 6', async () => {
  aws.misbehave.rule({ kind: 'accessDenied', operation: 'GetObject', times: 1 });

  const error = await errorOf(resourcesReader(file, place())());

  expect(error.message).toContain('s3:GetObject on arn:aws:s3:::nightshift-prod/resources/4f1c.json');
  expect(explain(error)).toEqual({ code: 6, message: error.message });
});

test.each([
  ['an object', file, 'resources/4f1c.json'],
  ['a folder', 's3://nightshift-prod/resources/87eb/', 'resources/87eb/'],
])(
  'an S3 that does not answer for %s is given up, leaves no connection, and ends a command with 6',
  async (_, at, key) => {
    const silent = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const endpointUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
    try {
      const error = await errorOf(resourcesReader(at, { region: aws.region, endpointUrl, withinMs: 200 })());

      expect(error.message).toMatch(new RegExp(`bucket=nightshift-prod, key=${key}\\]: no answer within \\d+ ms`));
      expect(explain(error).code).toBe(6);
      const connections = () => new Promise((resolve) => silent.getConnections((_error, count) => resolve(count)));
      await until(async () => (await connections()) === 0, { describe: 'no connection to be left' });
    } finally {
      silent.close();
    }
  },
);

test('with the derived rights of a worker the folder of its stage is read, and no other', async () => {
  const stage = {
    ...{ project: 'shop', stage: 'prod', region: 'us-east-1', accountId: '000000000000' },
    existing: nothingExists,
  };
  const guarded = await startLocalAws({ images: {}, jobQueues: [], principals: localPrincipals(stage, []) });
  const admin = new S3Client({ region: guarded.region, endpoint: guarded.endpoint, forcePathStyle: true });
  const { bucket: Bucket } = platformNames(stage);
  const key = process.env.AWS_ACCESS_KEY_ID;
  try {
    await admin.send(new CreateBucketCommand({ Bucket }));
    for (const Key of ['resources/87eb/stage.json', 'inputs/87eb/stage.json']) {
      await admin.send(new PutObjectCommand({ Bucket, Key, Body: JSON.stringify(resources) }));
    }
    process.env.AWS_ACCESS_KEY_ID = workerAccessKey(stage);
    const at = { region: guarded.region, endpointUrl: guarded.endpoint };

    expect(await resourcesReader(`s3://${Bucket}/resources/87eb/`, at)()).toEqual(resources);
    const other = await errorOf(resourcesReader(`s3://${Bucket}/inputs/87eb/`, at)());
    expect(other.message).toContain(`s3:ListBucket on arn:aws:s3:::${Bucket} for inputs/87eb/*`);
  } finally {
    process.env.AWS_ACCESS_KEY_ID = key;
    admin.destroy();
    await guarded.stop();
  }
});
