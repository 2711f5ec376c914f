import type { AttemptEnd } from '../../model/wake.ts';
import { getAttempt } from '../../store/attempts.ts';
import { holdCall, releaseCall } from '../../store/call-claims.ts';
import { attemptEnd } from '../attempt-end.ts';
import type { WorkerEngine } from '../engine.ts';
import type { TaskRequest } from '../start-attempt.ts';
import type { CallResult } from './check-result.ts';
import { CallLost, settleCall } from './settle-call.ts';

/** What is to be called: an attempt that is written down, with what its row does not keep. */
export interface CallOrder {
  runId: string;
  execution: number;
  stepKey: string;
  task: string;
  input: TaskRequest['input'];
  attemptId: string;
}

/** One call, as whoever makes it sees it. */
export interface Call extends CallOrder {
  /** Aborted when the run stops, or this worker does. */
  signal: AbortSignal;
  /** People see the newest. */
  progress(state: { done: number; total?: number }): void;
}

/** How the worker around a call is doing. */
export interface Surroundings {
  /** Tells Temporal that the call goes on. */
  heartbeat(): void;
  /** Aborted when this worker shuts down: the call is left to another one. */
  shutdown: AbortSignal;
}

/**
 * A call of a function or Lambda, at least once: takes the attempt, calls, writes the result. A worker that dies leaves its claim to run out;
 * then the next try of the same activity takes the attempt over and calls again, under the same attempt id.
 * @throws CallLost when another worker has it; the shutdown's reason.
 */
export async function carryOutCall(
  engine: WorkerEngine,
  order: CallOrder,
  of: Surroundings & { make: (call: Call) => Promise<CallResult> },
): Promise<AttemptEnd> {
  const taken = await take(engine, order.attemptId, of);
  // It was stopped before it began, or another worker has ended it meanwhile.
  return taken === 'held' ? makeCall(engine, order, of) : taken;
}

/** Waits until the call is ours, or has ended. */
async function take(engine: WorkerEngine, attemptId: string, of: Surroundings): Promise<AttemptEnd | 'held'> {
  for (;;) {
    const attempt = await getAttempt(engine.db, attemptId);
    if (attempt === undefined) throw new Error(`There is no attempt ${attemptId} to call for`);
    if (['succeeded', 'failed', 'stopped'].includes(attempt.status)) return attemptEnd(engine.db, attempt);
    const held = await hold(engine, attemptId, undefined);
    if (held === 'running') return 'held';
    // Ours, but to be stopped before it has begun.
    if (held === 'stopping') return settleCall(engine, attemptId, { status: 'succeeded', output: null });
    of.heartbeat();
    await pause(engine.timings.callLeaseMs / 3, of.shutdown);
  }
}

function hold(engine: WorkerEngine, attemptId: string, progress: unknown) {
  return holdCall(engine.db, attemptId, { owner: engine.owner, leaseMs: engine.timings.callLeaseMs, progress });
}

async function makeCall(
  engine: WorkerEngine,
  at: CallOrder,
  of: Surroundings & { make: (call: Call) => Promise<CallResult> },
): Promise<AttemptEnd> {
  const stop = new AbortController();
  const state: { progress: unknown; lost: boolean } = { progress: undefined, lost: false };
  const renew = async () => {
    of.heartbeat();
    const held = await hold(engine, at.attemptId, state.progress).catch((error: Error) => {
      // The database is away for a moment: the claim is long enough for that.
      engine.log.warn('call not renewed', { attemptId: at.attemptId, error: error.message });
      return 'running' as const;
    });
    state.lost ||= held === undefined;
    if (held !== 'running') stop.abort(new Error(held === undefined ? 'taken over' : 'the run is being stopped'));
  };
  const timer = setInterval(() => void renew(), engine.timings.callLeaseMs / 3);
  const shutDown = () => stop.abort(of.shutdown.reason);
  of.shutdown.addEventListener('abort', shutDown, { once: true });
  try {
    const result = await of.make({
      ...at,
      signal: stop.signal,
      progress: (progress) => {
        state.progress = progress;
      },
    });
    if (state.lost) throw new CallLost(at.attemptId);
    if (of.shutdown.aborted && result.status === 'failed' && (await isRunning(engine, at.attemptId))) {
      await releaseCall(engine.db, at.attemptId, engine.owner);
      throw of.shutdown.reason;
    }
    return await settleCall(engine, at.attemptId, result);
  } finally {
    clearInterval(timer);
    of.shutdown.removeEventListener('abort', shutDown);
  }
}

async function isRunning(engine: WorkerEngine, attemptId: string): Promise<boolean> {
  return (await getAttempt(engine.db, attemptId))?.status === 'running';
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
