import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { explain } from '../../cli/exit-codes.ts';
import { readResources } from '../../config/resources.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
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
  expect(await readResources(file, place())).toEqual(resources);
});

test.each([
  ['s3://nightshift-prod/resources/none.json', /none\.json is not right:\n.*no such object.*pulumi up/],
  ['s3://other/resources/4f1c.json', /s3:\/\/other\/resources\/4f1c\.json is not right:\n.*no such object/],
  ['s3://nightshift-prod/resources/broken.json', /broken\.json is not right:\n.*is not JSON/],
  ['s3://nightshift-prod/resources/empty.json', /empty\.json is not right:\n.*region/],
])('%s, which is not right, is named with what makes it, and ends a command with 2', async (address, message) => {
  const error = await errorOf(readResources(address, place()));

  expect(error.message).toMatch(message);
  expect(explain(error).code).toBe(2);
});

test('a refusal names the action and the object, and ends a command with 6', async () => {
  aws.misbehave.rule({ kind: 'accessDenied', operation: 'GetObject', times: 1 });

  const error = await errorOf(readResources(file, place()));

  expect(error.message).toContain('s3:GetObject on arn:aws:s3:::nightshift-prod/resources/4f1c.json');
  expect(explain(error)).toEqual({ code: 6, message: error.message });
});

test('an S3 that does not answer is given up, and ends a command with 6', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const endpointUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;

  const error = await errorOf(readResources(file, { region: aws.region, endpointUrl, withinMs: 200 }));

  expect(error.message).toMatch(/bucket=nightshift-prod, key=resources\/4f1c\.json\]: no answer within 200 ms/);
  expect(explain(error).code).toBe(6);
  silent.close();
});
