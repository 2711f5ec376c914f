import type { Command } from 'commander';

/** `nightshift worker`: runs workflows, activities, the watcher and calls until it is signalled. */
export function register(program: Command): void {
  program
    .command('worker')
    .description(
      'run a worker until SIGTERM or SIGINT: workflows, activities and the watcher (runs), functions and Lambdas (calls)',
    )
    .option('--roles <roles...>', 'what this process does: runs, calls', ['runs', 'calls'])
    .action(async ({ roles }: { roles: string[] }) => {
      const { runWorkerProcess } = await import('../../workers/worker-process.ts');
      const { workerRoles } = await import('../../workers/temporal-workers.ts');
      const { UsageError } = await import('../exit-codes.ts');
      const { openProject, settingsOf } = await import('../project.ts');
      const wrong = roles.find((role) => !(workerRoles as readonly string[]).includes(role));
      if (wrong !== undefined)
        throw new UsageError(`"${wrong}" is not a role of a worker: write ${workerRoles.join(' or ')}`);
      const project = await openProject();
      await runWorkerProcess(project, settingsOf(project), {
        roles: workerRoles.filter((role) => roles.includes(role)),
      });
    });
}
