import type { Command } from 'commander';
import type { RetryOptions } from '../retry-choice.ts';

interface Options extends RetryOptions {
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
    .option('--step <step>', 'run this step again, such as score#1, and all that were started after it')
    .option('--skip-step <step>', 'count this failed step as succeeded, without output')
    .option('--reason <reason>', 'why the step is skipped; kept in the audit')
    .option('--with-successors', 'run its successors that have ended again, too, after it')
    .option('--detach', 'start it and return at once')
    .option('--json', 'print one JSON document')
    .action(retry);
}

async function retry(id: string, options: Options): Promise<void> {
  const [
    { withSession },
    { retryRun },
    { followAndReport },
    { knownRun },
    { whoAmI },
    { UsageError },
    { retryChoice },
  ] = await Promise.all([
    import('../project.ts'),
    import('../../engine/retry-run.ts'),
    import('../follow-and-report.ts'),
    import('../known-run.ts'),
    import('../arguments.ts'),
    import('../exit-codes.ts'),
    import('../retry-choice.ts'),
  ]);
  const choice = retryChoice(options);
  process.exitCode = await withSession(async ({ db, engine }) => {
    const { job, runKey, status } = await knownRun(db, id);
    if (status === 'expected') {
      throw new UsageError(`${id} has not been started yet: \`nightshift run ${job} --date ${runKey}\` starts it`);
    }
    const { outcome, successors } = await retryRun(engine, { job, runKey, who: whoAmI(), ...choice });
    const { detach, json } = options;
    const after = choice.withSuccessors === true ? { successors } : {};
    return followAndReport(db, { runId: id, outcome, ...after, ...(detach && { detach }), ...(json && { json }) });
  });
}
