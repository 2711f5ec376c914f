import type { Command } from 'commander';

interface RunsOptions {
  job?: string;
  status?: string;
  since?: string;
  json?: boolean;
}

/** The newest so many are shown. */
const limit = 500;

/** `nightshift runs`: the runs there are, newest business date first. */
export function register(program: Command): void {
  program
    .command('runs')
    .description('list runs, newest business date first')
    .option('--job <job>', 'only runs of this job')
    .option('--status <status>', 'only runs in this state, such as failed, or stale ones')
    .option('--since <date>', 'only this business date (YYYY-MM-DD) and later ones')
    .option('--json', 'print one JSON document: an array of runs')
    .action(async (options: RunsOptions) => {
      const [{ withLook }, { listRuns }, { hintOfJobs, runsFilter, runLines }] = await Promise.all([
        import('../look.ts'),
        import('../../store/runs.ts'),
        import('../list-runs.ts'),
      ]);
      const filter = runsFilter(options);
      await withLook(async ({ db, timezone }) => {
        const runs = await listRuns(db, { ...filter, limit });
        const lines = options.json === true ? [JSON.stringify(runs, null, 2)] : runLines(runs, timezone);
        process.stdout.write(`${lines.join('\n')}\n`);
        const hint = runs.length === 0 ? await hintOfJobs(db, filter) : undefined;
        if (hint !== undefined) process.stderr.write(`${hint}\n`);
        if (runs.length === limit)
          process.stderr.write(`Only the newest ${limit} runs are shown: narrow it with --job, --status or --since\n`);
      });
    });
}
