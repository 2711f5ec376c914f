import type { FunctionContext, TaskFunction } from '../../model/function-task.ts';
import type { FunctionSettings } from '../../model/task-settings.ts';
import { latestExecution } from '../../store/executions.ts';
import { heldTokens } from '../../store/locks.ts';
import { getRun } from '../../store/runs.ts';
import type { WorkerEngine } from '../engine.ts';
import type { Call } from './carry-out-call.ts';
import type { CallResult } from './check-result.ts';

/** Finds the function of a module of the project. @throws an error that says what the module has instead. */
export type LoadFunction = (module: string) => Promise<TaskFunction<unknown>>;

/** Lines of a thrown error's stack that people get to see. */
const stackLines = 20;

/** Calls a function of the project in this process, with a limit of time. */
export async function callFunction(
  engine: WorkerEngine,
  call: Call,
  of: { settings: FunctionSettings; load: LoadFunction },
): Promise<CallResult> {
  const limit = AbortSignal.timeout(of.settings.timeoutMs);
  const signal = AbortSignal.any([call.signal, limit]);
  const input = 'all' in call.input ? call.input.all : call.input.shards[0];
  try {
    const run = await of.load(of.settings.module);
    const work = Promise.resolve(run(input ?? undefined, await contextOf(engine, call, signal)));
    const output = await Promise.race([work, afterGrace(signal, engine.timings.callGraceMs)]);
    return { status: 'succeeded', output };
  } catch (error) {
    if (limit.aborted && !call.signal.aborted) {
      const reason = `It took longer than its limit of ${of.settings.timeoutMs / 1_000} s`;
      return { status: 'failed', class: 'timeout', reason, logTail: stackOf(error) };
    }
    engine.log.warn('function failed', { attemptId: call.attemptId, runId: call.runId, module: of.settings.module });
    return { status: 'failed', class: 'functionError', reason: reasonOf(error), logTail: stackOf(error) };
  }
}

async function contextOf(engine: WorkerEngine, call: Call, signal: AbortSignal): Promise<FunctionContext> {
  const { runId, stepKey, attemptId } = call;
  const [run, execution, tokens] = await Promise.all([
    getRun(engine.db, runId),
    latestExecution(engine.db, runId),
    heldTokens(engine.db, runId),
  ]);
  if (run === undefined) throw new Error(`There is no run ${runId}`);
  return {
    run: { id: run.id, job: run.job, key: run.runKey, execution: execution?.number ?? call.execution },
    date: run.date,
    attemptId,
    tokens,
    signal,
    progress: (done, total) => call.progress(total === undefined ? { done } : { done, total }),
    log: (event, record) => engine.log.info(event, { ...record, runId: run.id, step: stepKey, attemptId }),
  };
}

/** Rejects when the function was told to end and has not for so long. */
function afterGrace(signal: AbortSignal, graceMs: number): Promise<never> {
  return new Promise((_, reject) => {
    const give = () => {
      const timer = setTimeout(
        () => reject(new Error(`It was told to end and did not within ${graceMs / 1_000} s`)),
        graceMs,
      );
      timer.unref();
    };
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

function stackOf(error: unknown): string[] {
  return error instanceof Error ? (error.stack ?? '').split('\n').slice(0, stackLines) : [];
}
