import type { Command } from 'commander';

/** `nightshift cancel RUN`: stops an open run, and waits until its work has ended. */
export function register(program: Command): void {
  program
    .command('cancel')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21')
    .description('cancel an open run and wait until all its work has ended; exit code 0 when it is cancelled')
    .option('--detach', 'ask for it and return at once')
    .action(async (id: string, options: { detach?: boolean }) => {
      const [{ withLook }, { cancelRun }] = await Promise.all([import('../look.ts'), import('../cancel-run.ts')]);
      process.exitCode = await withLook((look) => cancelRun(look, { runId: id, detach: options.detach ?? false }));
    });
}
