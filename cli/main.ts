import { Command, CommanderError } from 'commander';
import { exitCodes, explain } from './exit-codes.ts';

/** One file a command, loaded only when it is called. */
const commands = [
  () => import('./commands/dev.ts'),
  () => import('./commands/worker.ts'),
  () => import('./commands/run.ts'),
  () => import('./commands/runs.ts'),
  () => import('./commands/show.ts'),
  () => import('./commands/logs.ts'),
  () => import('./commands/cancel.ts'),
  () => import('./commands/retry.ts'),
  () => import('./commands/mark.ts'),
  () => import('./commands/skip.ts'),
  () => import('./commands/backfill.ts'),
  () => import('./commands/schedules.ts'),
  () => import('./commands/locks.ts'),
  () => import('./commands/check.ts'),
  () => import('./commands/migrate.ts'),
  () => import('./commands/init.ts'),
];

const program = new Command('nightshift').description('Runs nightly batch jobs on Temporal and AWS').exitOverride();

for (const load of commands) (await load()).register(program);

try {
  await program.parseAsync();
} catch (error) {
  const code = report(error);
  // What failed half-way may have left something open that would keep the process alive, and a supervisor waiting.
  process.stdout.write('', () => process.exit(code));
}

function report(error: unknown): number {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
  const { code, message } = explain(error);
  process.stderr.write(`nightshift: ${message}\n`);
  return code;
}
