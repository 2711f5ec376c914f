import { type Command, InvalidArgumentError } from 'commander';

/** `nightshift schedules`: what Temporal has of the jobs' schedules. */
export function register(program: Command): void {
  const schedules = program.command('schedules').description("the jobs' schedules in Temporal");
  schedules
    .command('sync')
    .description('make Temporal match the job files: create, update, remove; a pause stays')
    .option('--dry-run', 'only say what would change')
    .action(async (options: { dryRun?: boolean }) => {
      const { syncAndReport, withSchedules } = await load();
      process.exitCode = await withSchedules((at) => syncAndReport(at, options.dryRun ?? false));
    });
  schedules
    .command('list')
    .description('list the schedules with their next times')
    .action(async () => {
      const { listSchedules, withSchedules } = await load();
      await withSchedules(listSchedules);
    });
  schedules
    .command('next')
    .argument('<job>', "the job's id")
    .description('print the next times of a schedule, and the runs that they start')
    .option('-n <count>', 'how many', count, 10)
    .action(async (job: string, options: { n: number }) => {
      const { nextTimes, withSchedules } = await load();
      await withSchedules((at) => nextTimes(at, job, options.n));
    });
  schedules
    .command('pause')
    .argument('<job>', "the job's id")
    .description('start nothing by the schedule of a job until it is resumed')
    .requiredOption('--reason <reason>', 'why; others see it in `schedules list`')
    .action(async (job: string, options: { reason: string }) => {
      const { pauseSchedule, whoAmI, withSchedules } = await loadPause();
      await withSchedules((at) => pauseSchedule(at, job, { who: whoAmI(), reason: options.reason }));
    });
  schedules
    .command('resume')
    .argument('<job>', "the job's id")
    .description('go on by the schedule of a job that was paused')
    .action(async (job: string) => {
      const { resumeSchedule, whoAmI, withSchedules } = await loadPause();
      await withSchedules((at) => resumeSchedule(at, job, whoAmI()));
    });
}

async function load() {
  const [schedules, place] = await Promise.all([import('../schedules.ts'), import('../schedules-place.ts')]);
  return { ...schedules, ...place };
}

async function loadPause() {
  const [pausing, schedules, { whoAmI }] = await Promise.all([
    import('../pause-schedule.ts'),
    load(),
    import('../arguments.ts'),
  ]);
  return { ...pausing, ...schedules, whoAmI };
}

function count(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1 || number > 1_000) {
    throw new InvalidArgumentError('Write a whole number from 1 to 1000.');
  }
  return number;
}
