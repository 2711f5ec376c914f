import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { runProgram } from './program.ts';

const key = 'inputs/BATCH-001/score/0123 (1).json';
let aws: LocalAws;
let env: Record<string, string>;

beforeAll(async () => {
  aws = await startLocalAws({ images: {}, jobQueues: [] });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const s3 = new S3Client({ region: aws.region, endpoint: aws.endpoint, forcePathStyle: true, credentials });
  await s3.send(new CreateBucketCommand({ Bucket: 'inputs' }));
  const put = (Key: string, Body: string) => s3.send(new PutObjectCommand({ Bucket: 'inputs', Key, Body }));
  await put(key, JSON.stringify({ text: 'é'.repeat(100_000) }));
  await put('shards.json', JSON.stringify({ nightshiftInput: { shards: { 0: 'first', 3: 'fourth' } } }));
  await put('broken.json', 'hunter2');
  s3.destroy();
  env = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
});
afterEach(() => aws.misbehave.clear());
afterAll(() => aws.stop());

const pointer = (to: string) => ({ JOB_INPUT: JSON.stringify({ nightshiftInput: { s3: `s3://inputs/${to}` } }) });
const reads = () =>
  aws.journal.entries.filter((entry) => entry.kind === 'call' && entry.operation === 'GetObject').length;

test('an input in S3 is read with the credentials of the environment', async () => {
  const { code, lines } = await runProgram('const { text } = n.input(); n.finish(text.length);', {
    ...env,
    ...pointer(key),
  });

  expect({ code, lines }).toMatchObject({ code: 0, lines: [{ nightshift: { output: 100_000 } }] });
});

test('of an object with an input for each shard, a shard gets its own', async () => {
  const shard = { AWS_BATCH_JOB_ARRAY_INDEX: '1', NIGHTSHIFT_SHARD_MAP: 'CQ==', NIGHTSHIFT_SHARD_COUNT: '4' };

  const { lines } = await runProgram('n.finish(n.input());', { ...env, ...shard, ...pointer('shards.json') });

  expect(lines).toMatchObject([{ nightshift: { shard: 3, output: 'fourth' } }]);
});

test('the credentials of the role are asked for where the container is told to', async () => {
  const asked: unknown[] = [];
  const role = createServer((request, response) => {
    asked.push([request.url, request.headers.authorization]);
    response.end(JSON.stringify({ AccessKeyId: 'role', SecretAccessKey: 'secret', Token: 'session' }));
  }).listen(0, '127.0.0.1');
  await once(role, 'listening');
  const { AWS_ENDPOINT_URL = '', AWS_REGION = '' } = env;

  const { lines } = await runProgram('n.finish(n.input());', {
    ...{ AWS_ENDPOINT_URL, AWS_REGION, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'who I am' },
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `http://127.0.0.1:${(role.address() as AddressInfo).port}/v2/role`,
    ...pointer('shards.json'),
  });
  role.close();

  expect(lines).toMatchObject([{ nightshift: { output: 'first' } }]);
  expect(asked).toEqual([['/v2/role', 'who I am']]);
});

test('S3 that is busy is asked again', async () => {
  aws.misbehave.rule({ kind: 'throttle', operation: 'GetObject', times: 2 });
  const before = reads();

  const { code } = await runProgram('n.finish(n.input());', { ...env, ...pointer('shards.json') });

  expect({ code, reads: reads() - before }).toEqual({ code: 0, reads: 3 });
});

test('a refusal names the object and the right, and is not repeated', async () => {
  aws.misbehave.rule({ kind: 'accessDenied', operation: 'GetObject' });
  const before = reads();

  const { code, stderr } = await runProgram('n.input();', { ...env, ...pointer('shards.json') });

  expect({ code, reads: reads() - before }).toEqual({ code: 1, reads: 1 });
  expect(stderr).toContain(
    "The input cannot be read from s3://inputs/shards.json: AccessDenied (403): the task's role needs s3:GetObject on it",
  );
});

test.each([
  ['none.json', {}, 'from s3://inputs/none.json: NoSuchKey (404): it is not there any more'],
  ['broken.json', {}, 'The input is not JSON [source=s3://inputs/broken.json, characters=7]'],
  ['shards.json', { AWS_REGION: '' }, 'AWS_REGION is not set, and the input is in s3://inputs/shards.json'],
  ['shards.json', { AWS_ACCESS_KEY_ID: '' }, 'There are no AWS credentials: give the task a role'],
  ['', {}, 's3://inputs/ is no object of S3'],
])('what is wrong with %s %j is said', async (object, changed, message) => {
  const { code, stderr } = await runProgram('n.input();', { ...env, ...changed, ...pointer(object) });

  expect(code).toBe(1);
  expect(stderr).toContain(message);
  expect(stderr).not.toContain('hunter2');
});
