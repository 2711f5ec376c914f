import type { Command } from 'commander';

/** `nightshift migrate`: brings the database of the settings to the newest schema. */
export function register(program: Command): void {
  program
    .command('migrate')
    .description("bring Nightshift's database to the newest schema; safe to run twice, and by two at once")
    .action(async () => {
      const [{ lookSettings }, { databaseLogin }, { migrate }] = await Promise.all([
        import('../look.ts'),
        import('../../config/database-settings.ts'),
        import('../../store/migrate.ts'),
      ]);
      const write = (line: string) => process.stdout.write(`${line}\n`);
      const applied = await migrate(databaseLogin(lookSettings()), (line) => process.stderr.write(`${line}\n`));
      for (const name of applied) write(`applied ${name}`);
      if (applied.length === 0) write('The database is up to date');
    });
}
