import type { CallOrder } from '../engine/calls/carry-out-call.ts';
import type { TaskAnswer, TaskRequest } from '../engine/start-attempt.ts';
import type { StepStop } from '../engine/stop-step.ts';
import type { ShardFailure } from '../model/failures.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { type ActivationJob, completedJob } from './activation-jobs.ts';
import { PlayedFailure } from './fakes.ts';
import { liveAttempts, type Play, type PlayedAttempt, type PlayedStep, RefusedAnswer, wakeJob } from './play.ts';
import { playShard, type ShardEnd } from './play-shard.ts';

/** Starts an attempt, as the real startTask does: of what runs in AWS the work begins at once. */
export function startTask(play: Play, task: TaskRequest): TaskAnswer {
  refuseWork(play, task);
  const step = play.steps.get(task.stepKey) ?? newStep(task);
  play.steps.set(task.stepKey, step);
  const settings = play.settings.tasks[task.task];
  step.attempts += 1;
  const all = Array.from({ length: task.size ?? 1 }, (_, shard) => shard);
  const onlyFailed = settings?.kind === 'batch' && settings.retryShards === 'failed';
  const attempt: PlayedAttempt = {
    id: `${task.stepKey}/${step.attempts}`,
    stepKey: task.stepKey,
    shards: onlyFailed ? all.filter((shard) => !step.outputs.has(shard)) : all,
    locks: task.locks ?? [],
    order: play.timeline.place(),
    isCall: settings?.kind === 'lambda' || settings?.kind === 'function',
    seq: null,
    end: null,
  };
  play.attempts.set(attempt.id, attempt);
  if (!attempt.isCall) carryOut(play, attempt, task);
  return { status: 'started', attemptId: attempt.id, stepKey: task.stepKey };
}

/** Calls a function or a Lambda; the answer is told when it has ended. */
export function callTask(play: Play, seq: number, order: CallOrder): void {
  const attempt = play.attempts.get(order.attemptId);
  if (attempt === undefined) throw new Error(`There is no attempt ${order.attemptId} to call for`);
  const { end } = attempt;
  // Stopped before it began.
  if (end !== null) play.timeline.add(play.now, () => completedJob(seq, end));
  attempt.seq = seq;
  if (end === null) carryOut(play, attempt, order);
}

/** Stops the attempt of a step that is not wanted any more. */
export function stopStep(play: Play, { stepKey }: StepStop): void {
  for (const attempt of liveAttempts(play)) if (attempt.stepKey === stepKey) stopAttempt(play, attempt);
}

/** Stops an attempt: what its fake gives then does not count. */
export function stopAttempt(play: Play, attempt: PlayedAttempt): void {
  const end: AttemptEnd = { attemptId: attempt.id, stepKey: attempt.stepKey, status: 'stopped' };
  attempt.end = end;
  play.timeline.add(play.now, () => told(play, attempt, end));
}

/** The outputs of a step that has succeeded, by logical shard. */
export function outputsOf(step: PlayedStep): unknown[] {
  return Array.from({ length: step.size ?? 1 }, (_, shard) => step.outputs.get(shard) ?? null);
}

function newStep({ size }: TaskRequest): PlayedStep {
  return { size, attempts: 0, tries: new Map(), outputs: new Map() };
}

/** As the real one refuses: the run must be running, or its handler, and hold its locks. */
function refuseWork(play: Play, task: TaskRequest): void {
  const handles = play.status === 'stopping' && play.handlerUntil !== null && play.handlerUntil > play.now;
  const mayStart = task.handler === true ? handles : play.status === 'running';
  if (!mayStart) {
    const message = `Execution ${task.execution} of ${task.runId} may not start work: the run is ${play.status}`;
    throw new RefusedAnswer('executionClosed', message);
  }
}

function carryOut(play: Play, attempt: PlayedAttempt, call: Pick<TaskRequest, 'task' | 'input' | 'stepKey'>): void {
  const work = Promise.all(attempt.shards.map((shard) => playShard(play, attempt, { call, shard })))
    .then((ends) => {
      const tookMs = Math.max(0, ...ends.map((end) => end.tookMs));
      play.timeline.add(play.now + tookMs, () => settle(play, attempt, ends), attempt.order);
    })
    .catch((error: unknown) => {
      play.broken ??= error as Error;
    })
    .finally(() => play.pending.delete(work));
  play.pending.add(work);
}

/** Null when it was stopped meanwhile. */
function settle(play: Play, attempt: PlayedAttempt, ends: ShardEnd[]): ActivationJob | null {
  const step = play.steps.get(attempt.stepKey);
  if (attempt.end !== null || step === undefined) return null;
  for (const { shard, came } of ends) if (!(came instanceof PlayedFailure)) step.outputs.set(shard, came.output);
  const failures = failuresOf(ends);
  const who = { attemptId: attempt.id, stepKey: attempt.stepKey };
  const logTail = ends.flatMap(({ came }) => (came instanceof PlayedFailure ? [came.logTail] : [])).at(0) ?? [];
  const end: AttemptEnd =
    failures.length === 0
      ? { ...who, status: 'succeeded', outputs: outputsOf(step) }
      : { ...who, status: 'failed', failures, externalId: null, logTail: [...logTail] };
  attempt.end = end;
  return told(play, attempt, end);
}

/** A call is answered; of everything else a wake tells. */
function told(play: Play, attempt: PlayedAttempt, end: AttemptEnd): ActivationJob | null {
  if (!attempt.isCall) return wakeJob(play, { ended: [end] });
  return attempt.seq === null ? null : completedJob(attempt.seq, end);
}

/** Shards that failed in the same way together. */
function failuresOf(ends: ShardEnd[]): ShardFailure[] {
  const failures = new Map<string, ShardFailure>();
  for (const { shard, came } of ends) {
    if (!(came instanceof PlayedFailure)) continue;
    const { class: failureClass, exitCode, reason } = came;
    const key = JSON.stringify([failureClass, exitCode, reason]);
    const failure = failures.get(key) ?? { class: failureClass, exitCode, reason, shards: [] };
    failure.shards.push(shard);
    failures.set(key, failure);
  }
  return [...failures.values()];
}
