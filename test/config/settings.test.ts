import path from 'node:path';
import { type Environment, readSettings } from '../../config/settings.ts';
import { project, removeProjects } from './project.ts';

afterAll(removeProjects);

const databaseUrl = 'postgres://shop:hunter2@127.0.0.1:5432/nightshift';
/** No profile of the person who runs the tests. */
const quiet = { TEMPORAL_CONFIG_FILE: path.join(import.meta.dirname, 'no-such-file.toml') };

function read(env: Environment, stateDirectory = import.meta.dirname) {
  return readSettings({ ...quiet, ...env }, { stateDirectory });
}

function messageOf(env: Environment, stateDirectory?: string): string {
  try {
    read(env, stateDirectory);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('The settings should have been refused');
}

test('only the database has no default', () => {
  const settings = read({ DATABASE_URL: databaseUrl });

  expect(settings).toEqual({
    stage: 'local',
    databaseUrl,
    databasePasswordSecret: null,
    temporal: { namespace: 'default', connectionOptions: expect.objectContaining({ address: '127.0.0.1:7233' }) },
    webhook: null,
    health: null,
    aws: { region: null, endpointUrl: null },
    latches: { redisUrl: null, dynamodbTable: null },
    resourcesAddress: null,
    schedules: 'temporal',
    logLevel: 'info',
  });
});

test('every variable is taken over', () => {
  const settings = read({
    DATABASE_URL: databaseUrl,
    TEMPORAL_ADDRESS: 'temporal.internal:7233',
    TEMPORAL_NAMESPACE: 'nights',
    AWS_REGION: 'ap-northeast-1',
    AWS_ENDPOINT_URL: 'http://127.0.0.1:4566',
    NIGHTSHIFT_STAGE: 'prod',
    NIGHTSHIFT_RESOURCES: '/etc/nightshift/resources.json',
    NIGHTSHIFT_HEALTH_ADDRESS: '127.0.0.1:8079',
    NIGHTSHIFT_SCHEDULES: 'eventbridge',
    NIGHTSHIFT_LOG_LEVEL: 'debug',
  });

  expect(settings).toMatchObject({
    stage: 'prod',
    temporal: { namespace: 'nights', connectionOptions: { address: 'temporal.internal:7233' } },
    aws: { region: 'ap-northeast-1', endpointUrl: 'http://127.0.0.1:4566' },
    resourcesAddress: '/etc/nightshift/resources.json',
    health: { host: '127.0.0.1', port: 8079 },
    schedules: 'eventbridge',
    logLevel: 'debug',
  });
});

test('a password in the URL and a secret do not go together, and a secret needs a user', () => {
  const secret = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!db-1f6e-AbCdEf';
  const url = 'postgres://night%20shift@db.internal:5432/nightshift?sslmode=verify-full';

  expect(read({ DATABASE_URL: url, DATABASE_PASSWORD_SECRET: secret }).databasePasswordSecret).toBe(secret);
  const both = messageOf({ DATABASE_URL: databaseUrl, DATABASE_PASSWORD_SECRET: secret });
  expect(both).toMatch(/DATABASE_URL: holds a password, and DATABASE_PASSWORD_SECRET is set/);
  expect(both).not.toContain('hunter2');
  expect(messageOf({ DATABASE_URL: 'postgres://db.internal/x', DATABASE_PASSWORD_SECRET: secret })).toMatch(
    /DATABASE_URL: names no user/,
  );
  expect(messageOf({ DATABASE_URL: url, DATABASE_PASSWORD_SECRET: 'shop/database' })).toMatch(
    /DATABASE_PASSWORD_SECRET: has another form; expected the ARN/,
  );
});

test('a CA bundle that is not there is told before anything connects', () => {
  const url = `${databaseUrl}?sslmode=verify-full&sslrootcert=/nowhere/rds.pem`;

  expect(messageOf({ DATABASE_URL: url })).toContain('sslrootcert names the file /nowhere/rds.pem, which is not there');
});

test('all problems are told together, with an example, and without any value', () => {
  const message = messageOf({
    DATABASE_URL: 'mysql://shop:hunter2@127.0.0.1/shop',
    AWS_REGION: 'Tokyo',
    AWS_ENDPOINT_URL: 'ftp://127.0.0.1',
    NIGHTSHIFT_STAGE: 'Prod!',
    NIGHTSHIFT_LOG_LEVEL: 'loud',
  });

  for (const name of ['DATABASE_URL', 'AWS_REGION', 'AWS_ENDPOINT_URL', 'NIGHTSHIFT_STAGE', 'NIGHTSHIFT_LOG_LEVEL']) {
    expect(message).toMatch(new RegExp(`${name}: has another form; expected .+, for example .+`));
  }
  expect(message).not.toMatch(/hunter2|Tokyo|ftp|Prod!|loud/);
});

test('an empty variable counts as not set', () => {
  expect(messageOf({ DATABASE_URL: '' })).toContain('DATABASE_URL: is not set; expected a PostgreSQL URL');
  expect(read({ DATABASE_URL: databaseUrl, AWS_REGION: '' }).aws.region).toBeNull();
});

test('a second terminal finds a running dev, and what is set already wins', async () => {
  const directory = await project({
    'local.env': `DATABASE_URL=${databaseUrl}\nTEMPORAL_ADDRESS=127.0.0.1:40001\nAWS_ACCESS_KEY_ID=local\n`,
  });
  const env: Environment = { ...quiet, TEMPORAL_ADDRESS: '127.0.0.1:50002' };

  const settings = readSettings(env, { stateDirectory: directory });

  expect(settings.databaseUrl).toBe(databaseUrl);
  expect(settings.temporal.connectionOptions.address).toBe('127.0.0.1:50002');
  // The AWS SDK reads its credentials from the environment itself.
  expect(env.AWS_ACCESS_KEY_ID).toBe('local');
});

test('a running dev is not mixed into a command for another stage', async () => {
  const directory = await project({ 'local.env': `DATABASE_URL=${databaseUrl}\n` });

  expect(messageOf({ NIGHTSHIFT_STAGE: 'prod' }, directory)).toContain('DATABASE_URL: is not set');
});

test('a Temporal config file that cannot be used is told with the other problems, without its content', async () => {
  const directory = await project({ 'temporal.toml': '[profile.default]\napi_key = "hunter2\n' });

  const message = messageOf({ TEMPORAL_CONFIG_FILE: path.join(directory, 'temporal.toml') });

  expect(message).toMatch(/DATABASE_URL: is not set/);
  expect(message).toMatch(/TEMPORAL_CONFIG_FILE: not usable together/);
  expect(message).not.toContain('hunter2');
});
