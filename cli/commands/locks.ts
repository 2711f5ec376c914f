import type { Command } from 'commander';

/** `nightshift locks`: who holds which lock, who waits for it, and a person's way out. */
export function register(program: Command): void {
  const locks = program.command('locks').description('who holds which lock, and who waits for it');
  locks
    .command('list', { isDefault: true })
    .description('list the locks with their holders and those who wait, in the order of asking')
    .option('--json', 'print one JSON document: an array of locks')
    .action(async (options: { json?: boolean }) => {
      const [{ withLook }, { printLocks }] = await Promise.all([import('../look.ts'), import('../list-locks.ts')]);
      await withLook((look) => printLocks(look, options.json ?? false));
    });
  locks
    .command('release')
    .argument('<name>', "the lock's name, such as rankings")
    .description("take a lock from a run that does not come to its end: a person's way out, recorded")
    .requiredOption('--reason <reason>', 'why; kept in the audit of the run')
    .option('--run <run>', 'the holder, when there are several')
    .action(async (name: string, options: { reason: string; run?: string }) => {
      const [{ withLook }, { releaseLock }] = await Promise.all([import('../look.ts'), import('../release-lock.ts')]);
      process.exitCode = await withLook((look) => releaseLock(look, { name, ...options }));
    });
}
