import type { Activities } from '../activities/index.ts';
import type { CallOrder } from '../engine/calls/carry-out-call.ts';
import type { OtherAnswer, OtherRequest } from '../engine/run-other.ts';
import { runId } from '../model/run-id.ts';
import { instantOf } from '../triggers/business-date.ts';
import { type ActivationJob, completedJob, failedJob } from './activation-jobs.ts';
import type { Command } from './commands.ts';
import { type Play, RefusedAnswer } from './play.ts';
import { callTask, outputsOf, startTask, stopStep } from './play-attempts.ts';
import { describeTask } from './play-detail.ts';
import { beginHandler, closeRun } from './play-ends.ts';
import { askLock, openRun, releaseLock } from './play-locks.ts';

/** The activities of a run; each answers at once. */
type Answers = {
  [K in Exclude<keyof Activities, 'triggerRun'>]: (
    play: Play,
    ...args: Parameters<Activities[K]>
  ) => Awaited<ReturnType<Activities[K]>>;
};

const answers: Answers = {
  openRun,
  startTask,
  stopStep,
  beginHandler,
  closeRun,
  runOther,
  askLock,
  releaseLock,
  describeTask,
  readOutputs: (play, { stepKey }) => {
    const step = play.steps.get(stepKey);
    if (step === undefined) throw new Error(`There is no step ${stepKey} to read outputs of`);
    return outputsOf(step);
  },
  resolveTime: (play, { time }) => instantOf(play.run.date, time, play.settings.timezone).toISOString(),
};

/**
 * Answers an activity that the run asks for; null when the answer comes later.
 * @throws Error when the test lacks something that the run needs.
 */
export function answer(play: Play, { seq, name, args }: Extract<Command, { kind: 'activity' }>): ActivationJob | null {
  if (name === 'callTask') {
    callTask(play, seq, args[0] as CallOrder);
    return null;
  }
  const give = (answers as Record<string, ((play: Play, ...args: unknown[]) => unknown) | undefined>)[name];
  if (give === undefined) throw new TypeError(`The run asks for the activity ${name}, which nightshift/testing lacks`);
  try {
    return completedJob(seq, give(play, ...args));
  } catch (error) {
    if (error instanceof RefusedAnswer) return failedJob(seq, error);
    throw error;
  }
}

function runOther(play: Play, { job, runKey, input }: OtherRequest): OtherAnswer {
  const end = play.others[job];
  if (end === undefined) {
    throw new TypeError(
      `${play.run.job} calls runJob for "${job}", and the test does not say how that ends: add jobs: { '${job}': { result: ... } }`,
    );
  }
  play.done.otherRuns.push({ run: runId(job, runKey), input: input ?? undefined });
  if ('result' in end)
    return { status: 'ended', as: 'succeeded', reason: null, result: end.result ?? null, error: null };
  return { status: 'ended', as: end.status, reason: end.reason ?? null, result: null, error: null };
}
