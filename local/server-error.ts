/**
 * A local server (Temporal, Postgres) could not be found, started or stopped.
 * The message says what was tried and what to do; the command line answers it with exit code 6.
 */
export class LocalServerError extends Error {
  override readonly name = 'LocalServerError';
}
