import type { Command } from 'commander';

/** `nightshift worker`: runs workflows, activities, the watcher and calls until it is signalled. */
export function register(program: Command): void {
  program
    .command('worker')
    .description(
      'run a worker until SIGTERM or SIGINT: workflows, activities and the watcher (runs), functions and Lambdas (calls)',
    )
    .option('--roles <roles...>', 'what this process does: runs, calls', ['runs', 'calls'])
    .option('--bundle', 'only make the bundle of the workflows, which workers keep in .nightshift/bundles, and end')
    .action(async ({ roles, bundle }: { roles: string[]; bundle?: boolean }) => {
      const { bundleOf, runWorkerProcess } = await import('../../workers/worker-process.ts');
      const { workerRoles } = await import('../../workers/temporal-workers.ts');
      const { UsageError } = await import('../exit-codes.ts');
      const { openProject, settingsOf } = await import('../project.ts');
      const wrong = roles.find((role) => !(workerRoles as readonly string[]).includes(role));
      if (wrong !== undefined)
        throw new UsageError(`"${wrong}" is not a role of a worker: write ${workerRoles.join(' or ')}`);
      const project = await openProject();
      if (bundle === true) {
        await bundleOf(project);
        process.stdout.write(`The bundle of ${project.jobs.jobs.size} jobs is in .nightshift/bundles\n`);
        return;
      }
      await runWorkerProcess(project, settingsOf(project), {
        roles: workerRoles.filter((role) => roles.includes(role)),
      });
    });
}
