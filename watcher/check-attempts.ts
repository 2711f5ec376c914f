import type { Observation, StartRequest } from '../compute/port.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { settleForgotten, settleRunning, settleStopped } from '../engine/settle-attempt.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { unreachable } from '../model/unreachable.ts';
import { type ClaimedAttempt, claimDueAttempts, nextDueInMs, releaseAttempt } from '../store/attempt-claims.ts';
import { submitIsOver } from '../store/attempt-moves.ts';
import { collectAttempt, collectPauseMs, wantsOutput } from './collect-attempt.ts';
import { findAttempt } from './find-attempt.ts';

export type Claimed = ClaimedAttempt<StartRequest>;

/** As many ids as DescribeJobs takes in one call. */
const maxIds = 100;

/**
 * One cycle: claims the attempts that are due, asks AWS once for all of them, and settles each row on its own.
 * Gives the pause until the next attempt is due.
 */
export async function checkAttempts(engine: WorkerEngine): Promise<number> {
  const { pollMs, checkClaimMs } = engine.timings;
  const claim = { owner: engine.owner, claimMs: checkClaimMs, pollMs, limit: maxIds };
  const claimed = await claimDueAttempts<StartRequest>(engine.db, claim);
  if (claimed.length > 0) {
    const seen = await describe(engine, claimed);
    await Promise.all(claimed.map((attempt) => checkOne(engine, attempt, seen)));
  }
  if (claimed.length === maxIds) return 0;
  return Math.min(pollMs, Math.max(0, (await nextDueInMs(engine.db)) ?? pollMs));
}

/** What AWS says of all that have an id: null when it could not be asked; then every row is looked at again later. */
async function describe(engine: WorkerEngine, claimed: Claimed[]): Promise<Map<string, Observation> | null> {
  const stopping = claimed.filter((attempt) => attempt.status === 'stopping');
  await Promise.all(stopping.map((attempt) => terminate(engine, attempt)));
  const ids = claimed
    .filter((attempt) => attempt.status === 'running' || attempt.status === 'stopping')
    .flatMap((attempt) => attempt.externalId ?? []);
  if (ids.length === 0) return new Map();
  try {
    const seen = await engine.compute.describe(ids);
    const missing = ids.filter((id) => !seen.has(id));
    // No answer for a job is taken as its end only when it is given twice.
    return missing.length === 0 ? seen : new Map([...seen, ...(await engine.compute.describe(missing))]);
  } catch (error) {
    engine.log.warn('describe failed', { attempts: ids.length, error: messageOf(error) });
    return null;
  }
}

/** Asking twice does no harm; only a terminal answer of `describe` counts as stopped. */
async function terminate(engine: WorkerEngine, attempt: Claimed) {
  if (attempt.externalId === null) return;
  try {
    await engine.compute.stop(attempt.externalId, `nightshift: ${attempt.runId} is stopping`);
  } catch (error) {
    engine.log.warn('stop failed', { attemptId: attempt.id, error: messageOf(error) });
  }
}

async function checkOne(engine: WorkerEngine, attempt: Claimed, seen: Map<string, Observation> | null) {
  let nextMs = engine.timings.pollMs;
  try {
    nextMs = await look(engine, attempt, seen);
  } catch (error) {
    engine.log.error('attempt check failed', { attemptId: attempt.id, error: messageOf(error) });
  }
  await releaseAttempt(engine.db, attempt, engine.owner, nextMs);
}

/** Gives the milliseconds until the next look. */
async function look(engine: WorkerEngine, attempt: Claimed, seen: Map<string, Observation> | null): Promise<number> {
  const { pollMs, lookMs } = engine.timings;
  switch (attempt.status) {
    case 'starting':
      await findAttempt(engine, attempt);
      return lookMs;
    case 'stopping':
      if (attempt.externalId === null) {
        await findAttempt(engine, attempt);
        return lookMs;
      }
      return seen === null ? lookMs : stoppedOrLater(engine, attempt, seen.get(attempt.externalId));
    case 'running':
      if (seen === null || attempt.externalId === null) return pollMs;
      return runningOrEnded(engine, attempt, seen.get(attempt.externalId));
    case 'collecting':
      await collectAttempt(engine, attempt);
      return collectPauseMs(engine, attempt);
    case 'succeeded':
    case 'failed':
    case 'stopped':
      return pollMs;
    default:
      return unreachable(attempt.status);
  }
}

async function stoppedOrLater(engine: WorkerEngine, attempt: Claimed, seen: Observation | undefined) {
  if (seen?.status === 'live') return Math.min(engine.timings.lookMs, engine.timings.pollMs);
  if (seen === undefined && (await isYoung(engine, attempt))) return engine.timings.lookMs;
  await settleStopped(engine, attempt, seen === undefined ? 'AWS does not know it any more' : 'stopped on request');
  return engine.timings.pollMs;
}

async function runningOrEnded(engine: WorkerEngine, attempt: Claimed, described: Observation | undefined) {
  const seen = described ?? engine.compute.observeEvent(attempt.event, attempt.externalId ?? '');
  if (seen === null) {
    if (await isYoung(engine, attempt)) return engine.timings.lookMs;
    await settleForgotten(engine, attempt);
    return engine.timings.pollMs;
  }
  const collects = await settleRunning(engine, attempt, seen, wantsOutput(attempt));
  if (seen.status === 'live' || !collects) return engine.timings.pollMs;
  await collectAttempt(engine, {
    ...attempt,
    status: 'collecting',
    log: seen.failures[0]?.log ?? null,
    collectOver: false,
    collectingMs: 0,
  });
  return engine.timings.collectPauseMs;
}

/** AWS keeps ended jobs for a week, and may not show a new one at once: a young one that is missing is not gone. */
async function isYoung(engine: WorkerEngine, attempt: Claimed): Promise<boolean> {
  return !(await submitIsOver(engine.db, attempt.id, engine.timings.lookGraceMs));
}
