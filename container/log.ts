import { redact } from './redact.ts';
import { writeLine } from './write-line.ts';

/** How bad it is. */
export type LogLevel = 'info' | 'warn' | 'error';

let errors = 0;

/**
 * Prints one line: `{"at":"2026-11-21T18:00:00.000Z","level":"info","event":"...", ...record}`.
 * The event is a fixed name; what varies goes into the record. Never give it a secret.
 */
export function log(event: string, record: Readonly<Record<string, unknown>> = {}, level: LogLevel = 'info'): void {
  writeLine({ at: new Date().toISOString(), level, event, ...record });
}

/** Prints an error with its stack, the stacks of its causes, and how many errors this process has logged by now. */
export function logError(event: string, error: unknown, record: Readonly<Record<string, unknown>> = {}): void {
  errors += 1;
  log(event, { ...record, ...describe(error), errorCount: errors }, 'error');
}

/** How many errors this process has logged. */
export function errorCount(): number {
  return errors;
}

function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: redact(String(error)) };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  // A connection refused at each address of a host name comes without a message of its own.
  return { message: redact(error.message || error.name), ...code, stack: redact(stacks(error)) };
}

/** Only the stacks: inspecting the whole error would print properties such as the URL that was refused. */
function stacks(error: Error): string {
  const own = error.stack ?? `${error.name}: ${error.message}`;
  const causes = [error.cause, ...(error instanceof AggregateError ? error.errors : [])];
  const inner = causes.filter((cause): cause is Error => cause instanceof Error);
  return [own, ...inner.map((cause) => `caused by ${stacks(cause)}`)].join('\n');
}
