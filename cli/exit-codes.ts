import { AwsCallFailed } from '../compute/aws/call.ts';
import { ConfigError } from '../config/config-error.ts';
import { InputError } from '../config/job-input.ts';
import { UnknownJobError } from '../config/job-registry.ts';
import { Refused } from '../engine/engine.ts';
import { LocalServerError } from '../local/server-error.ts';
import type { RunStatus } from '../model/run-states.ts';

/** What the shell is told. A contract: scripts rely on it. */
export const exitCodes = {
  succeeded: 0,
  failed: 1,
  usage: 2,
  timedOut: 3,
  cancelled: 4,
  notRun: 5,
  unreachable: 6,
} as const;

/** The exit code of a run that ended so. An open run counts as succeeded: it was asked for, and detached from. */
export function exitCodeOf(status: RunStatus): number {
  switch (status) {
    case 'failed':
      return exitCodes.failed;
    case 'timedOut':
      return exitCodes.timedOut;
    case 'cancelled':
      return exitCodes.cancelled;
    case 'notRun':
      return exitCodes.notRun;
    default:
      return exitCodes.succeeded;
  }
}

/** The exit code of the worst of several runs: what failed by itself counts more than what was stopped or not run. */
export function worstExitCode(statuses: RunStatus[]): number {
  const order = [exitCodes.failed, exitCodes.timedOut, exitCodes.cancelled, exitCodes.notRun];
  const codes = statuses.map(exitCodeOf);
  return order.find((code) => codes.includes(code)) ?? exitCodes.succeeded;
}

/** Somebody used the command wrongly; the message says how it is meant. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'UsageError';
  }
}

const usageErrors = [UsageError, ConfigError, UnknownJobError, InputError, Refused];
/** Known by name, for the same reason as those below: job files that the sandbox cannot have. */
const jobFileErrors = ['BundleError'];
const reachErrors = [LocalServerError, AwsCallFailed];
/** Known by name: their modules load the whole Temporal SDK, which a command that only looks does without. */
const workerErrors = ['TemporalUnreachable', 'OtherNamespace'];
/** What the pool of connections to Postgres says, without any code, of a server that does not answer in time. */
const poolErrors = /connection timeout|timeout exceeded when trying to connect|Connection terminated/;
const reachCodes = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'ETIMEDOUT',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENOSPC',
  'EADDRINUSE',
  '57P03',
  '28P01',
  '3D000',
  '42P01',
];

/** The exit code of an error, and what to print: one clear message; a stack only for what nobody expected. */
export function explain(error: unknown): { code: number; message: string } {
  if (usageErrors.some((kind) => error instanceof kind)) return { code: exitCodes.usage, message: messageOf(error) };
  if (error instanceof Error && jobFileErrors.includes(error.name))
    return { code: exitCodes.usage, message: error.message };
  if (isUnreachable(error)) return { code: exitCodes.unreachable, message: messageOf(error) };
  const code = codeOf(error);
  if (code !== undefined && reachCodes.includes(code)) {
    return { code: exitCodes.unreachable, message: `${messageOf(error)} (${code}): ${whatToDo(code)}` };
  }
  return { code: exitCodes.failed, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

function isUnreachable(error: unknown): boolean {
  if (reachErrors.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && (workerErrors.includes(error.name) || poolErrors.test(error.message));
}

function whatToDo(code: string): string {
  switch (code) {
    case 'ENOSPC':
      return 'free some space on the disk';
    case 'EADDRINUSE':
      return 'another program uses the port; stop it, or choose another port';
    case '28P01':
      return 'check the user and password in DATABASE_URL';
    case '3D000':
      return 'create the database, or correct DATABASE_URL';
    case '42P01':
      return 'run `nightshift migrate` first';
    default:
      return 'check that Postgres, Temporal and AWS are up and that DATABASE_URL, TEMPORAL_ADDRESS and AWS_ENDPOINT_URL are right';
  }
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
