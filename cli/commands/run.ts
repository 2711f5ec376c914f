import type { Command } from 'commander';

interface RunOptions {
  date?: string;
  input?: string;
  detach?: boolean;
  json?: boolean;
}

/** `nightshift run JOB`: starts the run of a business date, or joins it, and follows it. */
export function register(program: Command): void {
  program
    .command('run')
    .argument('<job>', "the job's id")
    .description('start the run of a business date (or join it) and follow it; Ctrl-C only stops following')
    .option(
      '--date <date>',
      "business date, YYYY-MM-DD (default: today in the configuration's time zone; in local mode local.date), or the instant of a job that runs by instant, such as 2026-11-21T20:05Z (default: this minute)",
    )
    .option('--input <json>', "the run's input: JSON, or @file")
    .option('--detach', 'start it and return at once')
    .option('--json', 'print one JSON document')
    .action(async (job: string, options: RunOptions) => {
      const [{ withSession }, { startRun }, { followAndReport }, { readInput, runKeyOf, whoAmI }] = await Promise.all([
        import('../project.ts'),
        import('../../engine/start-run.ts'),
        import('../follow-and-report.ts'),
        import('../arguments.ts'),
      ]);
      const input = await readInput(options.input);
      process.exitCode = await withSession(async (session) => {
        const project = { config: session.config, stage: session.settings.stage };
        const runKey = runKeyOf(session.jobs.get(job), options.date, project);
        const answer = await startRun(session.engine, { job, runKey, input, who: whoAmI() });
        return followAndReport(session.db, {
          ...options,
          ...answer,
          inputIgnored: input !== undefined && answer.outcome !== 'started',
        });
      });
    });
}
