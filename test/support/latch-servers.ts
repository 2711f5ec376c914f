import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Child, startChild } from '../../local/child.ts';
import { freePort } from '../../local/ports.ts';
import { findDynamoDb } from '../../scripts/dynamodb-local.ts';
import { ensureRedis } from '../../scripts/redis-server.ts';
import { until } from './until.ts';

process.env.AWS_ACCESS_KEY_ID ??= 'local';
process.env.AWS_SECRET_ACCESS_KEY ??= 'local';

/** A server of one test file. */
export interface LatchServer {
  /** `redis://...` or `http://...`. */
  url: string;
  /** Stands still, as a server that does not answer. */
  pause(): void;
  resume(): void;
  stop(): Promise<void>;
}

/** The table of the tests' DynamoDB. */
export const latchTable = 'batch-locks';

/** Starts a real Redis, in memory. */
export async function startRedis(): Promise<LatchServer> {
  await ensureRedis();
  const port = await freePort();
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  return serve('redis-server', args, { port, url: `redis://127.0.0.1:${port}` });
}

/** Starts AWS's DynamoDB Local, in memory, with the table {@link latchTable}. */
export async function startDynamoDb(): Promise<LatchServer> {
  const folder = await findDynamoDb();
  const port = await freePort();
  const main = 'com.amazonaws.services.dynamodbv2.local.main.ServerRunner';
  const flags = [`-Djava.library.path=${folder}`, '-Xmx256m', '-cp', `${folder}/*`];
  const args = [...flags, main, '-inMemory', '-port', String(port), '-disableTelemetry'];
  const server = await serve('java', args, { port, url: `http://127.0.0.1:${port}` });
  const client = new DynamoDBClient({ region: 'ap-northeast-1', endpoint: server.url });
  await client.send(
    new CreateTableCommand({
      TableName: latchTable,
      AttributeDefinitions: [{ AttributeName: 'lock', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'lock', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  client.destroy();
  return server;
}

async function serve(command: string, args: string[], at: { port: number; url: string }): Promise<LatchServer> {
  const home = await mkdtemp(path.join(tmpdir(), 'nightshift-latch-'));
  const env = { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: home };
  const child = await startChild({ command, args, env, stopSignal: 'SIGKILL' });
  await until(async () => (await listens(at.port)) || ended(command, child), {
    describe: `${command} to listen`,
    timeoutMs: 60_000,
  });
  return {
    url: at.url,
    pause: () => void process.kill(child.pid, 'SIGSTOP'),
    resume: () => void process.kill(child.pid, 'SIGCONT'),
    async stop() {
      await child.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function ended(command: string, child: Child): false {
  if (child.exit() === undefined) return false;
  throw new Error(`${command} ended: ${child.lastLines().join('\n')}`);
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}
