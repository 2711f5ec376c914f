import type { Decision } from '../engine/mark-run.ts';
import { parseRunId } from '../model/run-id.ts';
import { whoAmI } from './arguments.ts';
import { UsageError } from './exit-codes.ts';
import { viewRun } from './follow-run.ts';
import type { Session } from './project.ts';

/** What a person decided on the command line. */
export interface DecisionOptions {
  reason: string;
  json?: boolean;
}

/**
 * A person's decision about the run of this id, which need not exist yet.
 * @throws UsageError when the id is not one, or the reason is empty.
 */
export function decisionOf(id: string, { reason }: DecisionOptions): Decision {
  if (reason.trim() === '')
    throw new UsageError('--reason is empty: say why, others will read it in `nightshift show`');
  return { ...namedRun(id), who: whoAmI(), reason };
}

/** Prints what was decided, or the run as one JSON document. */
export async function reportDecision({ db }: Pick<Session, 'db'>, id: string, of: { line: string; json?: boolean }) {
  const text = of.json === true ? JSON.stringify((await viewRun(db, id)) ?? null, null, 2) : of.line;
  process.stdout.write(`${text}\n`);
}

function namedRun(id: string): { job: string; runKey: string } {
  try {
    return parseRunId(id);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
