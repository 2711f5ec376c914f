import { openDynamoDbLatch } from '../../store/latches/dynamodb.ts';
import { type Latch, latchKey, ownerText } from '../../store/latches/port.ts';
import { openRedisLatch } from '../../store/latches/redis.ts';
import { type Foreign, foreignDynamoDb, foreignRedis } from '../support/foreign-latch.ts';
import { type LatchServer, latchTable, startDynamoDb, startRedis } from '../support/latch-servers.ts';
import { until } from '../support/until.ts';

const silent = () => undefined;
const owner = (token: number) => ({ databaseId: 'db1', token, runId: `JOB/${token}` });
const hourMs = 3_600_000;

interface Store {
  start(): Promise<LatchServer>;
  open(url: string): Latch;
  foreign(url: string): Foreign;
}

const stores: Record<string, Store> = {
  redis: { start: startRedis, open: (url) => openRedisLatch(url, silent), foreign: foreignRedis },
  dynamodb: {
    start: startDynamoDb,
    open: (url) => openDynamoDbLatch({ table: latchTable, region: 'ap-northeast-1', endpoint: url }),
    foreign: foreignDynamoDb,
  },
};

describe.each(Object.entries(stores))('a latch in %s', (_, store) => {
  let server: LatchServer;
  let latch: Latch;
  let foreign: Foreign;
  beforeAll(async () => {
    server = await store.start();
    latch = store.open(server.url);
    foreign = store.foreign(server.url);
  }, 120_000);
  afterAll(async () => {
    await latch?.close();
    await foreign?.close();
    await server?.stop();
  });

  test('is taken once: under the key of the lock, with whose it is', async () => {
    expect(await latch.take('one', owner(1), hourMs)).toBe('held');

    expect(await foreign.read(latchKey('one'))).toBe(ownerText(owner(1)));
    expect(await foreign.take(latchKey('one'), 'other', hourMs)).toBe(false);
    expect(await latch.take('one', owner(1), hourMs)).toBe('held');
  });

  test('that a program outside holds is busy until that gives it back', async () => {
    expect(await foreign.take(latchKey('two'), 'other', hourMs)).toBe(true);

    expect(await latch.take('two', owner(1), hourMs)).toBe('busy');
    await latch.release('two', owner(1));

    expect(await foreign.read(latchKey('two'))).toBe('other');
    await foreign.release(latchKey('two'));
    expect(await latch.take('two', owner(1), hourMs)).toBe('held');
  });

  test('is released by its owner alone, and twice without harm', async () => {
    await latch.take('three', owner(5), hourMs);

    await latch.release('three', owner(4));
    expect(await foreign.read(latchKey('three'))).toBe(ownerText(owner(5)));
    await latch.release('three', { ...owner(5), databaseId: 'db2' });
    expect(await foreign.read(latchKey('three'))).toBe(ownerText(owner(5)));
    await latch.release('three', owner(5));
    await latch.release('three', owner(5));

    expect(await foreign.read(latchKey('three'))).toBeUndefined();
  });

  test('that an earlier token left behind is taken over; one of a later token or another database is not', async () => {
    await latch.take('four', owner(7), hourMs);

    expect(await latch.take('four', owner(6), hourMs)).toBe('busy');
    expect(await latch.take('four', { ...owner(9), databaseId: 'db2' }, hourMs)).toBe('busy');
    expect(await latch.take('four', owner(8), hourMs)).toBe('held');

    expect(await foreign.read(latchKey('four'))).toBe(ownerText(owner(8)));
  });

  test('runs out by itself when nobody renews it, and not while somebody does', async () => {
    await latch.take('five', owner(1), 1_000);
    await latch.take('five', owner(1), hourMs);
    await latch.take('six', owner(1), 1_000);

    await until(() => foreign.take(latchKey('six'), 'other', hourMs), { describe: 'the latch to run out' });

    expect(await foreign.take(latchKey('five'), 'other', hourMs)).toBe(false);
  });
});

test('a Redis that is not there fails the call, and does not keep it waiting', async () => {
  const latch = openRedisLatch('redis://127.0.0.1:1', silent);

  await expect(latch.take('one', owner(1), hourMs)).rejects.toThrow();

  await latch.close();
});
