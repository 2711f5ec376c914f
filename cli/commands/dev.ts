import type { Command } from 'commander';

interface DevOptions {
  once?: boolean | string[];
  stay?: boolean;
  date?: string;
  stage?: string;
}

/** `nightshift dev`: local mode, everything in one go. */
export function register(program: Command): void {
  program
    .command('dev')
    .description('local mode: boots Temporal, PostgreSQL, the local AWS and a worker')
    .option('--once [jobs...]', 'run the jobs (none named: all of the date) from the start, then stop')
    .option('--stay', 'with --once: stay until Ctrl-C after the runs')
    .option('--date <date>', "business date, YYYY-MM-DD (default: the configuration's)")
    .option('--stage <stage>', 'run a worker for this stage of real AWS in place of local mode')
    .action(async (options: DevOptions) => {
      if (options.stage !== undefined && options.stage !== 'local') {
        process.env.NIGHTSHIFT_STAGE = options.stage;
        const [{ runWorkerProcess }, { workerRoles }, { openProject, settingsOf }] = await Promise.all([
          import('../../workers/worker-process.ts'),
          import('../../workers/temporal-workers.ts'),
          import('../project.ts'),
        ]);
        const project = await openProject();
        return runWorkerProcess(project, settingsOf(project), { roles: workerRoles });
      }
      const { dev } = await import('../dev.ts');
      const once = options.once === true ? [] : options.once;
      process.exitCode = await dev({ ...(once ? { once } : {}), stay: options.stay ?? false, date: options.date });
    });
}
