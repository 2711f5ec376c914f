import { log } from '@temporalio/workflow';
import type { RunInput } from '../model/settings.ts';
import { describeTask } from './activities.ts';
import type { Inbox } from './inbox.ts';
import { handled } from './misuse.ts';
import { makeParallel } from './parallel.ts';
import { makeRunOther } from './run-other.ts';
import { makeSleepUntil } from './sleep-until.ts';
import { makeTaskCalls } from './task-calls.ts';
import { makeWithLock } from './with-lock.ts';

/** What a job's code gets, and which of its calls have not come to an end. */
export interface ContextOfRun {
  context: Record<string, unknown>;
  pending(): string[];
}

/** Makes what `run` and the handlers get. `handler`: of a run that is stopping, whose work `onFailure` may start. */
export function makeContext(run: RunInput, inbox: Inbox, handler = false): ContextOfRun {
  const { tasks, pending, open } = makeTaskCalls(run, inbox, handler);
  const context = {
    tasks,
    input: run.input ?? undefined,
    date: run.date ?? run.runKey,
    run: { id: run.runId, job: run.job, key: run.runKey, execution: run.execution },
    parallel: makeParallel(),
    runJob: makeRunOther(run, inbox, open),
    describe: handled((task: string) => describeTask({ runId: run.runId, task })),
    withLock: makeWithLock(run, inbox),
    sleepUntil: makeSleepUntil(run),
    log: (event: string, record?: Record<string, unknown>) => log.info(event, record),
  };
  return { context, pending };
}
