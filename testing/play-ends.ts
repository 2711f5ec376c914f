import type { HandlerAnswer } from '../engine/begin-handler.ts';
import type { CloseAnswer } from '../engine/close-run.ts';
import { lateHandlerError, notAwaitedError, timedOutError } from '../engine/end-errors.ts';
import type { RunError } from '../model/failures.ts';
import { endOf, handlesEnd, type StopReason } from '../model/run-states.ts';
import type { Handled, Outcome } from '../model/wake.ts';
import { liveAttempts, type Play, wakeSoon } from './play.ts';
import { stopAttempt } from './play-attempts.ts';

/** running → stopping: all work is stopped. The first reason wins. */
function stopPlay(play: Play, reason: StopReason, error: RunError): void {
  if (play.status === 'stopping') return;
  play.status = 'stopping';
  play.reason = reason;
  play.error = error;
  stopWork(play);
  wakeSoon(play);
}

/** Says when `onFailure` may begin. */
export function beginHandler(
  play: Play,
  { outcome }: { outcome: Extract<Outcome, { status: 'failed' }> },
): HandlerAnswer {
  if (play.status !== 'running' && play.status !== 'stopping') return { status: 'closed' };
  stopPlay(play, outcome.reason, outcome.error);
  if (liveAttempts(play).length > 0) return { status: 'stopping' };
  if (!handlesEnd(play.reason as StopReason)) return { status: 'none' };
  play.handlerUntil ??= play.now + (play.settings.handlerTimeoutMs ?? 0);
  if (play.handlerUntil <= play.now || play.error === null) return { status: 'none' };
  return { status: 'handle', error: play.error };
}

/** Ends the run, once none of its work goes on. */
export function closeRun(play: Play, { outcome, handled }: { outcome: Outcome; handled?: Handled }): CloseAnswer {
  if (play.status !== 'running' && play.status !== 'stopping') return { status: 'closed', run: play.status };
  const live = liveAttempts(play).length;
  if (play.status === 'running' && outcome.status === 'succeeded') {
    if (live > 0) {
      stopPlay(play, 'taskNotAwaited', notAwaitedError(live));
      return { status: 'stopping', live };
    }
    play.status = 'succeeded';
    play.result = outcome.result;
    return { status: 'closed', run: 'succeeded' };
  }
  if (outcome.status === 'failed') stopPlay(play, outcome.reason, outcome.error);
  if (live > 0) {
    stopWork(play);
    return { status: 'stopping', live };
  }
  return { status: 'closed', run: endStopped(play, handled) };
}

/** When the run, or its handler, has no time left. */
export function deadlineOf(play: Play): number {
  if (play.status === 'running') return play.startedAt + play.settings.timeoutMs;
  return play.status === 'stopping' ? (play.handlerUntil ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}

/** What the watcher does when the time is over. */
export function runOutOfTime(play: Play): void {
  if (play.status === 'running') {
    stopPlay(play, 'timedOut', timedOutError(play.run.runId));
    return;
  }
  stopWork(play);
  endStopped(play, { error: lateHandlerError(play.settings.handlerTimeoutMs ?? 0) });
  wakeSoon(play);
}

function stopWork(play: Play): void {
  for (const attempt of liveAttempts(play)) stopAttempt(play, attempt);
}

function endStopped(play: Play, handled: Handled | undefined) {
  if (handled !== undefined && 'result' in handled) play.result = handled.result;
  if (handled !== undefined && 'error' in handled && play.error !== null) {
    play.error = { ...play.error, handler: handled.error };
  }
  const status = endOf(play.reason as StopReason);
  play.status = status;
  return status;
}
