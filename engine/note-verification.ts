import { writeAudit } from '../store/audit.ts';
import type { Engine } from './engine.ts';

/** Writes down that a run was made to verify a stage, and what came of it. It changes no state. */
export function noteVerification(
  { db }: Pick<Engine, 'db'>,
  note: { runId: string; who: string; result: string },
): Promise<void> {
  return writeAudit(db, { runId: note.runId, who: note.who, action: 'verify the stage', reason: note.result });
}
