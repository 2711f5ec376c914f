import type { Command } from 'commander';

interface RetryOptions {
  fromStart?: boolean;
  detach?: boolean;
  json?: boolean;
}

/** `nightshift retry RUN`: carries out a run that has ended once more, and follows it. */
export function register(program: Command): void {
  program
    .command('retry')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21')
    .description('go on with a run that failed, after its finished steps, and follow it; Ctrl-C only stops following')
    .option('--from-start', 'run everything again, finished steps too; also for a run that has succeeded')
    .option('--detach', 'start it and return at once')
    .option('--json', 'print one JSON document')
    .action(async (id: string, options: RetryOptions) => {
      const [{ withSession }, { startRun }, { followAndReport }, { knownRun }, { whoAmI }, { UsageError }] =
        await Promise.all([
          import('../project.ts'),
          import('../../engine/start-run.ts'),
          import('../follow-and-report.ts'),
          import('../known-run.ts'),
          import('../arguments.ts'),
          import('../exit-codes.ts'),
        ]);
      process.exitCode = await withSession(async ({ db, engine }) => {
        const { job, runKey, status } = await knownRun(db, id);
        if (status === 'expected') {
          throw new UsageError(`${id} has not been started yet: \`nightshift run ${job} --date ${runKey}\` starts it`);
        }
        const again = options.fromStart === true ? 'fromStart' : 'retry';
        const { outcome } = await startRun(engine, { job, runKey, who: whoAmI(), again });
        return followAndReport(db, { ...options, runId: id, outcome });
      });
    });
}
