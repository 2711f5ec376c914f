import type { Command } from 'commander';

/** `nightshift check`: finds what is wrong with configuration and jobs before a deployment does. */
export function register(program: Command): void {
  program
    .command('check')
    .description('check the configuration, the job files and what they import; exit code 2 when something is wrong')
    .option('--json', 'print one JSON document: jobs, problems')
    .action(async (options: { json?: boolean }) => {
      const [{ checkProject }, { exitCodes }] = await Promise.all([
        import('../check-project.ts'),
        import('../exit-codes.ts'),
      ]);
      const { jobs, problems } = await checkProject(process.cwd());
      if (options.json === true) {
        process.stdout.write(`${JSON.stringify({ jobs, problems }, null, 2)}\n`);
      } else if (problems.length === 0) {
        process.stdout.write(`${jobs.length} ${jobs.length === 1 ? 'job' : 'jobs'}, no problems\n`);
      } else {
        process.stderr.write(
          `${problems.join('\n')}\n${problems.length === 1 ? '1 problem' : `${problems.length} problems`}\n`,
        );
      }
      if (problems.length > 0) process.exitCode = exitCodes.usage;
    });
}
