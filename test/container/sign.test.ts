import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { signed } from '../../container/s3/sign.ts';

test("the example of AWS's own documentation gets the signature that is printed there", () => {
  const headers = signed(
    {
      url: new URL('https://examplebucket.s3.amazonaws.com/test.txt'),
      headers: { range: 'bytes=0-9' },
      region: 'us-east-1',
      at: new Date('2013-05-24T00:00:00Z'),
    },
    { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY' },
  );

  expect(headers.authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, ' +
      'Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
  );
});

test('what the SDK asks for with the credentials of a role is signed as the SDK signs it', async () => {
  const credentials = { accessKeyId: 'AKIDROLE', secretAccessKey: 'secret', sessionToken: 'session/token==' };
  const asked = await askedBySdk(credentials, 'inputs/BATCH-001/score (é)!.json');
  const [, names = '', signature] =
    /SignedHeaders=([^,]+), Signature=(\w+)$/.exec(asked.headers.authorization ?? '') ?? [];
  const own = ['host', 'x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];
  const others = names.split(';').filter((name) => !own.includes(name));

  const headers = signed(
    {
      url: new URL(`https://${asked.hostname}${asked.path}`),
      headers: Object.fromEntries(others.map((name) => [name, asked.headers[name] ?? ''])),
      region: 'ap-northeast-1',
      at: instantOf(asked.headers['x-amz-date'] ?? ''),
    },
    credentials,
  );

  expect(names).toContain('x-amz-security-token');
  expect(headers.authorization).toContain(`SignedHeaders=${names}, Signature=${signature}`);
});

interface Asked {
  hostname: string;
  path: string;
  headers: Record<string, string>;
}

/** A request as the SDK would have sent it. */
async function askedBySdk(credentials: { accessKeyId: string; secretAccessKey: string }, Key: string): Promise<Asked> {
  let asked: Asked | undefined;
  const requestHandler = {
    handle(request: Asked): Promise<never> {
      asked = request;
      return Promise.reject(new Error('not sent'));
    },
  };
  const s3 = new S3Client({ region: 'ap-northeast-1', credentials, requestHandler, maxAttempts: 1 });
  // A query would be part of what is signed; ours has none.
  s3.middlewareStack.add(
    (next) => (args) => {
      Object.assign(args.request as object, { query: {} });
      return next(args);
    },
    { step: 'build', priority: 'low' },
  );
  await s3.send(new GetObjectCommand({ Bucket: 'inputs', Key })).catch(() => undefined);
  if (asked === undefined) throw new Error('The SDK has sent nothing');
  return asked;
}

/** `20130524T000000Z`. */
function instantOf(time: string): Date {
  const [, day = '', clock = ''] = /^(\d{8})T(\d{6})Z$/.exec(time) ?? [];
  const parts = [day.slice(0, 4), day.slice(4, 6), day.slice(6)].join('-');
  return new Date(`${parts}T${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}Z`);
}
