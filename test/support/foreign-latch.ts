import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { createClient } from 'redis';
import { latchTable } from './latch-servers.ts';

/** A program outside Nightshift that uses the same keys, as its authors would write it. */
export interface Foreign {
  take(key: string, value: string, forMs: number): Promise<boolean>;
  read(key: string): Promise<string | undefined>;
  release(key: string): Promise<void>;
  close(): Promise<void>;
}

/** A program that locks by `set nx px`. */
export function foreignRedis(url: string): Foreign {
  const client = createClient({ url });
  const connected = client.connect();
  const ready = async () => {
    await connected;
    return client;
  };
  return {
    take: async (key, value, forMs) => (await (await ready()).set(key, value, { NX: true, PX: forMs })) === 'OK',
    read: async (key) => (await (await ready()).get(key)) ?? undefined,
    async release(key) {
      await (await ready()).del(key);
    },
    async close() {
      (await ready()).destroy();
    },
  };
}

/** A program that locks by a conditional write. */
export function foreignDynamoDb(endpoint: string): Foreign {
  const client = new DynamoDBClient({ region: 'ap-northeast-1', endpoint });
  const at = (key: string) => ({ TableName: latchTable, Key: { lock: { S: key } } });
  return {
    async take(key, value, forMs) {
      const now = Date.now() / 1_000;
      const item = { lock: { S: key }, owner: { S: value }, expires_at: { N: String(Math.ceil(now + forMs / 1_000)) } };
      const put = new PutItemCommand({
        TableName: latchTable,
        Item: item,
        ConditionExpression: 'attribute_not_exists(#lock) or expires_at < :now',
        ExpressionAttributeNames: { '#lock': 'lock' },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(now)) } },
      });
      return client.send(put).then(
        () => true,
        (error: Error) => {
          if (error.name === 'ConditionalCheckFailedException') return false;
          throw error;
        },
      );
    },
    read: async (key) => (await client.send(new GetItemCommand({ ...at(key), ConsistentRead: true }))).Item?.owner?.S,
    async release(key) {
      await client.send(new DeleteItemCommand(at(key)));
    },
    async close() {
      client.destroy();
    },
  };
}
