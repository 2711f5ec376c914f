import { type Command, InvalidArgumentError } from 'commander';

interface LogsOptions {
  step?: string;
  shard?: number;
  follow?: boolean;
}

/** `nightshift logs RUN`: what the run's work printed, read from CloudWatch. */
export function register(program: Command): void {
  program
    .command('logs')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21')
    .description("print the logs of the run's steps, attempt by attempt")
    .option('--step <step>', 'only this step, such as score#1, or all steps of this task, such as score')
    .option('--shard <n>', 'only this shard of an array, in its newest attempt', wholeNumber)
    .option('--follow', 'go on printing what is new until the run ends')
    .action(async (id: string, options: LogsOptions) => {
      const [{ withLook }, { printLogs }, { untilSignalled }] = await Promise.all([
        import('../look.ts'),
        import('../print-logs.ts'),
        import('../../workers/signals.ts'),
      ]);
      const signal = untilSignalled();
      try {
        await withLook(({ db, settings }) =>
          printLogs(
            { db, endpoint: settings.aws.endpointUrl, signal: signal.aborted },
            { ...options, runId: id, follow: options.follow ?? false },
          ),
        );
      } finally {
        signal.release();
      }
    });
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('Write a whole number, such as 0.');
  return Number(text);
}
