import { findBoto3 } from '../local/boto3/find-boto3.ts';

/** Finds or installs boto3, and prints its folder; exit code 6 and one message when it cannot be had. */
try {
  console.log((await findBoto3()).folder);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 6;
}
