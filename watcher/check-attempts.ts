import { type ComputeKind, computeFor, type Observation, type StartRequest } from '../compute/port.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { settleForgotten, settleRunning, settleStopped } from '../engine/settle-attempt.ts';
import type { CallRequest } from '../engine/start-attempt.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { unreachable } from '../model/unreachable.ts';
import { type ClaimedAttempt, claimDueAttempts, nextDueInMs, releaseAttempt } from '../store/attempt-claims.ts';
import { submitIsOver } from '../store/attempt-moves.ts';
import { checkCall } from './check-call.ts';
import { collectAttempt, collectPauseMs, wantsOutput } from './collect-attempt.ts';
import { endIfOverdue } from './end-if-overdue.ts';
import { findAttempt } from './find-attempt.ts';

/** An attempt of something in AWS, as a watcher has claimed it. */
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
  const claimed = await claimDueAttempts<StartRequest | CallRequest>(engine.db, claim);
  await Promise.all([
    checkInAws(engine, claimed.filter(isInAws)),
    ...claimed.filter((attempt) => !isInAws(attempt)).map((attempt) => checkCall(engine, attempt)),
  ]);
  if (claimed.length === maxIds) return 0;
  return Math.min(pollMs, Math.max(0, (await nextDueInMs(engine.db)) ?? pollMs));
}

function isInAws(attempt: ClaimedAttempt<StartRequest | CallRequest>): attempt is Claimed {
  return attempt.request.kind !== 'lambda' && attempt.request.kind !== 'function';
}

async function checkInAws(engine: WorkerEngine, claimed: Claimed[]): Promise<void> {
  if (claimed.length === 0) return;
  const seen = await describe(engine, claimed);
  await Promise.all(claimed.map((attempt) => checkOne(engine, attempt, seen)));
}

/** What AWS says of all that have an id, by kind: null when it could not be asked; then every row is looked at again later. */
type Seen = Partial<Record<ComputeKind, Map<string, Observation> | null>>;

async function describe(engine: WorkerEngine, claimed: Claimed[]): Promise<Seen> {
  const stopping = claimed.filter((attempt) => attempt.status === 'stopping' || attempt.endingAs !== null);
  await Promise.all(stopping.map((attempt) => terminate(engine, attempt)));
  const kinds = [...new Set(claimed.map((attempt) => attempt.request.kind))];
  const seen = await Promise.all(
    kinds.map(async (kind) => {
      const ids = claimed
        .filter((attempt) => attempt.request.kind === kind)
        .filter((attempt) => attempt.status === 'running' || attempt.status === 'stopping')
        .flatMap((attempt) => attempt.externalId ?? []);
      return [kind, await describeKind(engine, kind, ids)] as const;
    }),
  );
  return Object.fromEntries(seen);
}

async function describeKind(engine: WorkerEngine, kind: ComputeKind, ids: string[]) {
  if (ids.length === 0) return new Map<string, Observation>();
  const compute = computeFor(engine.computes, kind);
  try {
    const seen = await compute.describe(ids);
    const missing = ids.filter((id) => !seen.has(id));
    // No answer for a job is taken as its end only when it is given twice.
    return missing.length === 0 ? seen : new Map([...seen, ...(await compute.describe(missing))]);
  } catch (error) {
    engine.log.warn('describe failed', { kind, attempts: ids.length, error: messageOf(error) });
    return null;
  }
}

/** Asking twice does no harm; only a terminal answer of `describe` counts as stopped. */
async function terminate(engine: WorkerEngine, attempt: Claimed) {
  if (attempt.externalId === null) return;
  const reason = attempt.endingAs === null ? `${attempt.runId} is stopping` : `ended as ${attempt.endingAs}`;
  try {
    await computeFor(engine.computes, attempt.request.kind).stop(attempt.externalId, `nightshift: ${reason}`);
  } catch (error) {
    engine.log.warn('stop failed', { attemptId: attempt.id, error: messageOf(error) });
  }
}

async function checkOne(engine: WorkerEngine, attempt: Claimed, all: Seen) {
  const seen = all[attempt.request.kind] ?? null;
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
  const compute = computeFor(engine.computes, attempt.request.kind);
  const seen = described ?? compute.observeEvent(attempt.event, attempt.externalId ?? '');
  if (seen === null) {
    if (await isYoung(engine, attempt)) return engine.timings.lookMs;
    await settleForgotten(engine, attempt);
    return engine.timings.pollMs;
  }
  const collects = await settleRunning(engine, attempt, seen, wantsOutput(attempt));
  if (seen.status === 'live') return endIfOverdue(engine, attempt, seen);
  if (!collects) return engine.timings.pollMs;
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
