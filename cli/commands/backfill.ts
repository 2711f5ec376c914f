import { type Command, InvalidArgumentError } from 'commander';

interface Options {
  from: string;
  to: string;
  concurrency: number;
  withPrerequisites?: boolean;
  withSuccessors?: boolean;
  dryRun?: boolean;
}

/** `nightshift backfill JOB`: runs a job for a range of business dates. */
export function register(program: Command): void {
  program
    .command('backfill')
    .argument('<job>', "the job's id")
    .description('run a job for a range of business dates, oldest first; to go on after a stop, give the same command')
    .requiredOption('--from <date>', 'the first business date, YYYY-MM-DD')
    .requiredOption('--to <date>', 'the last business date, YYYY-MM-DD')
    .option('--concurrency <n>', 'how many dates at a time', concurrency, 1)
    .option('--with-prerequisites', 'run prerequisites that have not succeeded, too, before it')
    .option('--with-successors', 'run all that comes after it, too')
    .option('--dry-run', 'only say what would be done')
    .action(async (job: string, options: Options) => {
      const [{ withSession }, { backfill }] = await Promise.all([import('../project.ts'), import('../backfill.ts')]);
      const { withPrerequisites = false, withSuccessors = false, dryRun = false, ...range } = options;
      process.exitCode = await withSession((session) =>
        backfill(session, { job, ...range, withPrerequisites, withSuccessors, dryRun }),
      );
    });
}

function concurrency(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 100) {
    throw new InvalidArgumentError('Write a whole number from 1 to 100.');
  }
  return number;
}
