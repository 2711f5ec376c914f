import type { Command } from 'commander';
import type { Duration } from '../../model/duration.ts';

interface VerifyOptions {
  stage: string;
  job: string;
  timeout: string;
}

/** `nightshift verify --stage S`: runs a known piece of work on a stage after a deployment. */
export function register(program: Command): void {
  program
    .command('verify')
    .description('run a known piece of work on a stage, check its results and logs, and clean up')
    .requiredOption('--stage <stage>', 'the stage of the settings, such as prod; local for a running dev')
    .option('--job <job>', 'a job that takes and gives what the example array-demo does', 'array-demo')
    .option('--timeout <duration>', 'how long the run may take, waits included; then it is cancelled', '15 minutes')
    .action(async ({ stage, job, timeout }: VerifyOptions) => {
      const [{ withSession }, { verifyStage }, { durationMs }, { UsageError }] = await Promise.all([
        import('../project.ts'),
        import('../verify/verify-stage.ts'),
        import('../../model/duration.ts'),
        import('../exit-codes.ts'),
      ]);
      const set = process.env.NIGHTSHIFT_STAGE;
      if (set && set !== stage) {
        throw new UsageError(
          `--stage is ${stage} and NIGHTSHIFT_STAGE is ${set}: the other settings are those of ${set}`,
        );
      }
      process.env.NIGHTSHIFT_STAGE = stage;
      const limitMs = limitOf(() => durationMs(timeout as Duration), UsageError);
      process.exitCode = await withSession((session) => verifyStage(session, { job, limitMs }));
    });
}

function limitOf(read: () => number, Refusal: new (message: string) => Error): number {
  try {
    return read();
  } catch (error) {
    throw new Refusal(`--timeout ${(error as Error).message}`);
  }
}
