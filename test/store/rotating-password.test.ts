import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import pg from 'pg';
import { databaseLogin } from '../../config/database-settings.ts';
import { type LocalAws, startLocalAws } from '../../local/aws/index.ts';
import { openDatabase } from '../../store/database.ts';
import { listen, notify } from '../../store/notify.ts';
import { cli } from '../cli/cli.ts';
import { withDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

let aws: LocalAws;
let secrets: SecretsManagerClient;
beforeAll(async () => {
  aws = await startLocalAws({ images: {}, jobQueues: [] });
  secrets = new SecretsManagerClient({ region: aws.region, endpoint: aws.endpoint });
});
afterAll(async () => {
  secrets.destroy();
  await aws.stop();
});

/** A database whose owner's password is in a secret, and changes. */
interface Rotating {
  /** As `DATABASE_URL` and `DATABASE_PASSWORD_SECRET` say it. */
  settings: Parameters<typeof databaseLogin>[0];
  env: Record<string, string>;
  admin: pg.Client;
  password(): string;
  /** Gives the owner a new password, as RDS does: in the database, then in the secret. */
  rotate(): Promise<void>;
  put(secret: string): Promise<unknown>;
  /** How often the secret was asked for. */
  reads(): number;
}

function withRotating(use: (rotating: Rotating) => Promise<void>): Promise<void> {
  return withDatabase(async ({ url }) => {
    const admin = new pg.Client({ connectionString: url });
    await admin.connect();
    const user = `owner_${randomBytes(4).toString('hex')}`;
    let password = 'first-password';
    await admin.query(`create role ${user} login password '${password}'`);
    const inDatabase = new URL(url);
    await admin.query(`alter database ${inDatabase.pathname.slice(1)} owner to ${user}`);
    const json = () => JSON.stringify({ username: user, password });
    const { ARN: arn = '' } = await secrets.send(new CreateSecretCommand({ Name: user, SecretString: json() }));
    const address = Object.assign(inDatabase, { username: user, password: '' }).href;
    const put = (text: string) => secrets.send(new PutSecretValueCommand({ SecretId: arn, SecretString: text }));
    const endpointUrl = aws.endpoint;
    const before = secretReads();
    await use({
      settings: { databaseUrl: address, databasePasswordSecret: arn, aws: { region: null, endpointUrl } },
      env: {
        DATABASE_URL: address,
        DATABASE_PASSWORD_SECRET: arn,
        AWS_ENDPOINT_URL: endpointUrl,
        AWS_ACCESS_KEY_ID: 'local',
        AWS_SECRET_ACCESS_KEY: 'local',
      },
      admin,
      password: () => password,
      async rotate() {
        password = `next-${randomBytes(4).toString('hex')}`;
        await admin.query(`alter role ${user} password '${password}'`);
        await put(json());
      },
      put,
      reads: () => secretReads() - before,
    });
    await admin.query(`drop owned by ${user} cascade`);
    await admin.query(`alter database ${inDatabase.pathname.slice(1)} owner to current_user`);
    await admin.query(`drop role ${user}`);
    await admin.end();
  });
}

function secretReads(): number {
  return aws.journal.entries.filter((entry) => entry.kind === 'call' && entry.operation === 'GetSecretValue').length;
}

test('a pool goes on after its password was changed, and reads the secret once for all its connections', () =>
  withRotating(async ({ settings, rotate, reads }) => {
    const db = openDatabase(databaseLogin(settings), () => undefined);
    const open = await db.connect();
    const others = () =>
      Promise.all([1, 2, 3].map(async (n) => (await db.query('select $1::int as n', [n])).rows[0].n));

    const before = await others();
    const readsBefore = reads();
    // The other three connections go, as after a fail-over of the server.
    await open.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where usename = current_user and pid <> pg_backend_pid()',
    );
    await until(() => db.totalCount === 1, { describe: 'the other connections to be gone' });
    await rotate();
    const after = await others();

    expect([before, after]).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect([readsBefore, reads()]).toEqual([1, 2]);
    open.release();
    await db.end();
  }));

test('a password that stays wrong is the error of Postgres, and one that is mended later is taken', () =>
  withRotating(async ({ settings, put, password }) => {
    const db = openDatabase(databaseLogin(settings), () => undefined);
    await put('"not it"');

    await expect(db.query('select 1')).rejects.toMatchObject({ code: '28P01' });
    await put(password());

    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await db.end();
  }));

test('notices are heard again after a change, and the schema is migrated with the secret', () =>
  withRotating(async ({ settings, env, admin, rotate }) => {
    const migrated = await cli(['migrate'], { env });
    const looked = await cli(['runs'], { env });
    expect([migrated.code, looked.code, migrated.stderr + looked.stderr]).toEqual([0, 0, '']);
    const heard: string[] = [];
    const listener = listen(databaseLogin(settings), {
      notice: (notice) => heard.push(notice),
      error: () => undefined,
    });
    await until(() => heard.length > 0, { describe: 'the listener to be there' });

    await rotate();
    await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'nightshift listener' and datname = current_database()`,
    );
    heard.length = 0;
    await until(() => heard.length > 0, { describe: 'the listener to be back' });
    heard.length = 0;
    await notify(admin, 'latches');

    await until(() => heard.includes('latches'), { describe: 'the notice' });
    await listener.close();
  }));

test.each([
  ['{"username":"nobody","password":"s3cret-value"}', 'the secret is of another user than owner_'],
  ['{"user":"s3cret-value"}', 'the secret holds no password; it must be {"username"'],
  ['', 'the secret holds no password'],
])('a secret like %s is refused without showing it', (secret, message) =>
  withRotating(async ({ settings, put }) => {
    await put(secret);
    const db = openDatabase(databaseLogin(settings), () => undefined);

    const error = await db.query('select 1').catch((refused: Error) => refused);

    expect(String(error)).toContain(`[DATABASE_PASSWORD_SECRET=${settings.databasePasswordSecret}]: ${message}`);
    expect(String(error)).not.toContain('s3cret-value');
    await db.end();
  }),
);

test('a worker that may not read the secret says so in one line, and ends with 6', () =>
  withRotating(async ({ env }) => {
    await cli(['migrate'], { env });
    aws.misbehave.rule({ kind: 'accessDenied', operation: 'GetSecretValue' });

    const looked = await cli(['runs'], { env });
    const worked = await cli(['worker'], {
      env: { ...env, AWS_REGION: aws.region, NIGHTSHIFT_RESOURCES: await resourcesFile() },
    });
    aws.misbehave.clear();

    for (const { code, stderr } of [looked, worked]) {
      expect({ code, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 6, lines: 1 });
      expect(stderr).toMatch(
        /^nightshift: The database's password cannot be read .*needs secretsmanager:GetSecretValue/,
      );
    }
  }));

/** In S3, so that the worker reads it as in AWS. */
async function resourcesFile(): Promise<string> {
  const s3 = new S3Client({ region: aws.region, endpoint: aws.endpoint, forcePathStyle: true });
  const batch = { queues: { onDemand: 'main', spot: 'spot' }, definitions: {} };
  await s3.send(new CreateBucketCommand({ Bucket: 'nightshift-prod' }));
  const Body = JSON.stringify({ region: aws.region, batch });
  await s3.send(new PutObjectCommand({ Bucket: 'nightshift-prod', Key: 'resources/1.json', Body }));
  s3.destroy();
  return 's3://nightshift-prod/resources/1.json';
}

test('while the secret cannot be read, no connection is opened', async () => {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `postgres://owner@127.0.0.1:${(server.address() as AddressInfo).port}/x`;
  const unreadable = { read: () => Promise.reject(new Error('no secret')), forget: () => undefined };
  const db = openDatabase({ url, password: unreadable }, () => undefined);

  const error = await db.query('select 1').catch((refused: Error) => refused);
  await db.end();
  server.close();

  expect({ error: String(error), connections }).toEqual({ error: 'Error: no secret', connections: 0 });
});
