import type { Command } from 'commander';

/** `nightshift show RUN`: all that is kept of one run. */
export function register(program: Command): void {
  program
    .command('show')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21')
    .description('show a run: state, what went wrong and what to do, steps, attempts, result, alerts, audit')
    .option('--json', 'print one JSON document: run, waits, executions, steps, alerts, audit')
    .action(async (id: string, options: { json?: boolean }) => {
      const [{ withLook }, { knownRun }, { readRunRecord }, { runRecordLines }] = await Promise.all([
        import('../look.ts'),
        import('../known-run.ts'),
        import('../run-record.ts'),
        import('../show-run.ts'),
      ]);
      await withLook(async ({ db, timezone }) => {
        const record = await readRunRecord(db, await knownRun(db, id));
        const lines = options.json === true ? [JSON.stringify(record, null, 2)] : runRecordLines(record, timezone);
        process.stdout.write(`${lines.join('\n')}\n`);
      });
    });
}
