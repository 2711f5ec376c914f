import { findPulumi } from './pulumi-cli.ts';

/** Finds or builds the Pulumi CLI, and prints its path; exit code 6 and one message when it cannot be had. */
try {
  console.log(await findPulumi());
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 6;
}
