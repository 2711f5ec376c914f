import { computeFor } from '../compute/port.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { settleCollected } from '../engine/settle-attempt.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { countShards, pendingShards } from '../store/shards.ts';
import type { Claimed } from './check-attempts.ts';
import { readPrinted } from './read-printed.ts';

/** Lines of a failed shard's log that people get to see in the error. */
const tailLines = 20;

/**
 * An ended attempt: reads its output lines, and the log tail when it failed. A log that cannot be read never hides how
 * the attempt ended: when the time is over, it ends without it.
 */
export async function collectAttempt(engine: WorkerEngine, attempt: Claimed): Promise<void> {
  const output = wantsOutput(attempt);
  const { pending, failed } = await countShards(engine.db, attempt.id);
  const [lines, logTail] = await Promise.all([
    output && pending > 0 ? readOutputs(engine, attempt) : [],
    failed > 0 ? readTail(engine, attempt) : null,
  ]);
  // A log that cannot be read is no proof that the line is missing: finished work must not run again for it.
  const over = attempt.collectOver && lines !== null;
  const tailOver = attempt.collectingMs >= engine.timings.collectLogMs;
  await settleCollected(engine, attempt, output, { lines: lines ?? [], logTail, tailOver, over });
}

/** Reads again after a pause that grows with the time waited, from `collectPauseMs` on. */
export function collectPauseMs(engine: WorkerEngine, attempt: Claimed): number {
  return Math.max(engine.timings.collectPauseMs, Math.min(5_000, attempt.collectingMs / 2));
}

/** True when the program prints its output. */
export function wantsOutput(attempt: Pick<Claimed, 'request'>): boolean {
  return attempt.request.output !== 'none';
}

async function readOutputs(engine: WorkerEngine, attempt: Claimed) {
  try {
    const compute = computeFor(engine.computes, attempt.request.kind);
    if (attempt.request.output === 'json')
      return await readPrinted(compute, attempt, await pendingShards(engine.db, attempt.id));
    return await compute.outputs(attempt.request.logGroup, attempt.id, attempt.createdAt);
  } catch (error) {
    engine.log.warn('outputs not read', { attemptId: attempt.id, error: messageOf(error) });
    return null;
  }
}

/** Null while there is nothing to read yet. A job that never ran has no log: an empty tail. */
async function readTail(engine: WorkerEngine, { log, request }: Claimed): Promise<string[] | null> {
  if (log === null) return [];
  try {
    const tail = await computeFor(engine.computes, request.kind).logTail(log, tailLines);
    return tail.length === 0 ? null : tail;
  } catch (error) {
    engine.log.warn('log tail not read', { stream: log.stream, error: messageOf(error) });
    return null;
  }
}
