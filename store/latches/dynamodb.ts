import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { isOurs, type Latch, latchCallMs, latchKey, ownerText } from './port.ts';

/** The table, and how it is reached. The endpoint is the SDK's own affair: `AWS_ENDPOINT_URL_DYNAMODB`. */
export type DynamoDbLatchOptions = { table: string } & Pick<DynamoDBClientConfig, 'region' | 'endpoint'>;

const names = { '#lock': 'lock', '#owner': 'owner', '#until': 'expires_at' };

/**
 * Opens a latch in DynamoDB: one item a lock, with the partition key `lock`, the attribute `owner`, and `expires_at` in
 * seconds since 1970, by which DynamoDB may also tidy up. The time that counts is that of the clocks of those who take
 * the latch.
 */
export function openDynamoDbLatch({ table, ...connection }: DynamoDbLatchOptions): Latch {
  const client = new DynamoDBClient({
    ...connection,
    maxAttempts: 2,
    requestHandler: { requestTimeout: latchCallMs, connectionTimeout: latchCallMs },
  });
  const key = (lock: string) => ({ lock: { S: latchKey(lock) } });
  const ownerOf = async (lock: string) => {
    const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key(lock), ConsistentRead: true }));
    return Item?.owner?.S;
  };

  return {
    async take(lock, owner, forMs) {
      const own = ownerText(owner);
      const put = (seen: string) => {
        const now = Date.now() / 1_000;
        return new PutItemCommand({
          TableName: table,
          Item: { ...key(lock), owner: { S: own }, expires_at: { N: String(Math.ceil(now + forMs / 1_000)) } },
          ConditionExpression: 'attribute_not_exists(#lock) or #until < :now or #owner = :own or #owner = :seen',
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: {
            ':now': { N: String(Math.floor(now)) },
            ':own': { S: own },
            ':seen': { S: seen },
          },
        });
      };
      if (await passes(client.send(put(own)))) return 'held';
      const found = await ownerOf(lock);
      // Gone or an earlier token's since: once more. Whatever else it is now refuses that, too.
      if (found !== undefined && !isOurs(found, owner)) return 'busy';
      return (await passes(client.send(put(found ?? own)))) ? 'held' : 'busy';
    },
    async release(lock, owner) {
      const found = await ownerOf(lock);
      if (found === undefined || !isOurs(found, owner)) return;
      const condition = { ConditionExpression: '#owner = :seen', ExpressionAttributeNames: { '#owner': 'owner' } };
      const values = { ExpressionAttributeValues: { ':seen': { S: found } } };
      await passes(client.send(new DeleteItemCommand({ TableName: table, Key: key(lock), ...condition, ...values })));
    },
    async close() {
      client.destroy();
    },
  };
}

/** False when the condition of a write was not met. */
async function passes(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
