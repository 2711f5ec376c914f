import { findDynamoDb } from './dynamodb-local.ts';

/** Finds or fetches DynamoDB Local, and prints its folder; exit code 6 and one message when it cannot be had. */
try {
  console.log(await findDynamoDb());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 6;
}
