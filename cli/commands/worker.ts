import type { Command } from 'commander';

/** `nightshift worker`: runs workflows, activities and the watcher until it is signalled. */
export function register(program: Command): void {
  program
    .command('worker')
    .description('run a worker: workflows, activities and the watcher, until SIGTERM or SIGINT')
    .action(async () => {
      const { runWorkerProcess } = await import('../../workers/worker-process.ts');
      const { openProject, settingsOf } = await import('../project.ts');
      const project = await openProject();
      await runWorkerProcess(project, settingsOf(project));
    });
}
