import type { AttemptEnd } from '../model/wake.ts';
import type { AttemptRow } from '../store/attempts.ts';
import type { Sql } from '../store/database.ts';
import { listFailures, readStepOutputs, stepOutputLength } from '../store/shards.ts';

/** Outputs of a step that travel inside the wake; larger ones are read by the run. */
const inlineCharacters = 4_096;

/** Of a log tail, this much is told to the run; the attempt's row keeps all of it. */
const tailCharacters = 16_000;

/** How an ended attempt ended, as its run is told. */
export async function attemptEnd(sql: Sql, attempt: AttemptRow): Promise<AttemptEnd> {
  const who = { attemptId: attempt.id, stepKey: attempt.stepKey };
  if (attempt.status === 'succeeded')
    return { ...who, status: 'succeeded', outputs: await inline(sql, attempt.stepId) };
  if (attempt.status === 'stopped') return { ...who, status: 'stopped' };
  const failures = await listFailures(sql, attempt.id);
  return {
    ...who,
    status: 'failed',
    failures,
    externalId: attempt.externalId,
    logTail: lastOf(attempt.logTail ?? []),
    ...(attempt.log === null ? {} : { log: attempt.log }),
  };
}

/** The last lines that stay below the limit: a wake carries many tails. */
function lastOf(lines: string[]): string[] {
  let room = tailCharacters;
  return lines
    .slice()
    .reverse()
    .filter((line) => {
      room -= line.length;
      return room >= 0;
    })
    .reverse();
}

/** The outputs of a succeeded step when they are small, else null. */
export async function inline(sql: Sql, stepId: number): Promise<unknown[] | null> {
  if ((await stepOutputLength(sql, stepId)) > inlineCharacters) return null;
  return (await readStepOutputs(sql, stepId)).outputs;
}
