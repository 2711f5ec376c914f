import { type Command, InvalidArgumentError } from 'commander';
import type { DecisionOptions } from '../decide-run.ts';

/** `nightshift mark RUN succeeded`: counts a run as succeeded, on a person's word. */
export function register(program: Command): void {
  program
    .command('mark')
    .argument('<run>', 'the run, such as BATCH-001/2026-11-21')
    .argument('<status>', 'succeeded', onlySucceeded)
    .description('count a run that is not open as succeeded: its successors go on; of a stale run, that it still holds')
    .requiredOption('--reason <reason>', 'why; kept in the audit')
    .option('--json', 'print one JSON document')
    .action(async (id: string, _status: string, options: DecisionOptions) => {
      const [{ withSession }, { markRun }, { decisionOf, reportDecision }] = await Promise.all([
        import('../project.ts'),
        import('../../engine/mark-run.ts'),
        import('../decide-run.ts'),
      ]);
      const decision = decisionOf(id, options);
      await withSession(async ({ db, engine }) => {
        await markRun(engine, decision);
        await reportDecision({ db }, id, { ...options, line: `${id} counts as succeeded` });
      });
    });
}

function onlySucceeded(text: string): string {
  if (text !== 'succeeded') throw new InvalidArgumentError('A run can only be marked as succeeded.');
  return text;
}
