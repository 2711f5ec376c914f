import { findTemporal } from '../local/temporal/find-temporal.ts';

/** Finds, downloads or builds Temporal, and prints its path; exit code 6 and one message when it cannot be had. */
try {
  console.log(await findTemporal({ temporalCli: process.env.TEMPORAL_CLI }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 6;
}
