import { openDynamoDbLatch } from './dynamodb.ts';
import type { Latches } from './port.ts';
import { openRedisLatch } from './redis.ts';

/** Where the external stores are; null: there is none. */
export interface LatchSettings {
  redisUrl: string | null;
  dynamodbTable: string | null;
}

/** Opens the stores that are set. Nothing is connected before the first use. */
export function openLatches(
  settings: LatchSettings,
  { region, onError }: { region: string; onError: (error: Error) => void },
): { latches: Latches; close(): Promise<void> } {
  const latches: Latches = {
    ...(settings.redisUrl === null ? {} : { redis: openRedisLatch(settings.redisUrl, onError) }),
    ...(settings.dynamodbTable === null
      ? {}
      : { dynamodb: openDynamoDbLatch({ table: settings.dynamodbTable, region }) }),
  };
  return {
    latches,
    async close() {
      for (const latch of Object.values(latches)) await latch.close();
    },
  };
}
