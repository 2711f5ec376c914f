import type { Command } from 'commander';
import type { DecisionOptions } from '../decide-run.ts';

/** `nightshift skip RUN`: leaves a run out that has not begun. */
export function register(program: Command): void {
  program
    .command('skip')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21; it need not exist yet')
    .description('leave a run out that has not begun: it ends as not run, and those that wait for it hear of it')
    .requiredOption('--reason <reason>', 'why; kept in the audit')
    .option('--json', 'print one JSON document')
    .action(async (id: string, options: DecisionOptions) => {
      const [{ withSession }, { skipRun }, { decisionOf, reportDecision }] = await Promise.all([
        import('../project.ts'),
        import('../../engine/skip-run.ts'),
        import('../decide-run.ts'),
      ]);
      const decision = decisionOf(id, options);
      await withSession(async ({ db, engine }) => {
        await skipRun(engine, decision);
        await reportDecision({ db }, id, { ...options, line: `${id} is left out: it ends as not run` });
      });
    });
}
