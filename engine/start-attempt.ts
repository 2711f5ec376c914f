import { createHash, randomBytes } from 'node:crypto';
import type { StartRequest } from '../compute/port.ts';
import type { RunSettings } from '../model/settings.ts';
import { unreachable } from '../model/unreachable.ts';
import type { AttemptEnd } from '../model/wake.ts';
import { insertAttemptLocks } from '../store/attempt-locks.ts';
import { stopAttempt } from '../store/attempt-moves.ts';
import { type AttemptRow, insertAttempt, latestAttempt } from '../store/attempts.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latestExecution } from '../store/executions.ts';
import { isHandlerTime } from '../store/handlers.ts';
import { heldTokens } from '../store/locks.ts';
import { notify } from '../store/notify.ts';
import { lockRuns, type RunRow } from '../store/runs.ts';
import { beginShards, shardLosses, unfinishedShards } from '../store/shards.ts';
import { countSteps, getStep, insertStep, reopenStep, resetStep, type StepRow } from '../store/steps.ts';
import { firstOfChain } from '../store/superseded.ts';
import { attemptEnd, inline } from './attempt-end.ts';
import { Refused, type WorkerEngine } from './engine.ts';
import { awsRequest } from './requests/aws-request.ts';

/** One call of a task by a run's workflow. */
export interface TaskRequest {
  runId: string;
  execution: number;
  stepKey: string;
  task: string;
  /** What every shard gets, or one input a shard. */
  input: { all: unknown } | { shards: unknown[] };
  /** Shards; null = a single job. */
  size: number | null;
  /** Of this call alone, for `Ref::name` in the command of a Batch job. */
  parameters?: Record<string, string>;
  /** A step of `onFailure`: it may start while the run is stopping, and only then. */
  handler?: boolean;
  /** The last attempt of this step whose end the workflow knows; null before the first. */
  after: string | null;
  /** Locks of `withLock` around the call. Default: none. */
  locks?: string[];
}

/**
 * `started`: a wake will tell the end. `ended`: here it is. `replacing`: the attempt of an older input has to end first;
 * ask again after it.
 */
export type TaskAnswer = { /** The step that was asked for. */ stepKey?: string } & (
  | { status: 'started' | 'replacing'; attemptId: string }
  | { status: 'ended'; end: AttemptEnd }
);

/** The intent that was written, if this call wrote one: whoever wrote it submits it. */
export type Intent = TaskAnswer & { submit?: { attemptId: string; request: StartRequest } };

/** What an attempt's row keeps of a call that the worker makes itself. */
export interface CallRequest {
  kind: 'lambda' | 'function';
}

/** The execution is not the open one of its run, or the run is not running: it must not start anything. */
export class ExecutionClosed extends Error {
  constructor(id: string, execution: number, status: string) {
    super(`Execution ${execution} of ${id} may not start work: the run is ${status}`);
    this.name = 'ExecutionClosed';
  }
}

/** More steps than this in one run: an array is meant. */
const maxSteps = 2_000;

/**
 * Find-or-start, first half: finds what the step has come to, or writes the complete intent. In one transaction, so that
 * a repeat of the same call finds what the first one wrote.
 */
export function writeIntent(engine: WorkerEngine, task: TaskRequest): Promise<Intent> {
  return withTransaction(engine.db, async (sql) => {
    const { run, settings, tokens } = await lockOpenRun(sql, task);
    const inputHash = hash({ input: task.input, size: task.size, parameters: task.parameters });
    const step = await getStep(sql, run.id, run.generation, task.stepKey);
    if (step === undefined) {
      await refuseTooMany(sql, run);
      const { id: runId, generation } = run;
      const fresh = { runId, generation, key: task.stepKey, task: task.task, inputHash, size: task.size };
      return begin(sql, engine, { run, settings, tokens, task, step: await insertStep(sql, fresh), number: 1 });
    }
    const latest = await latestAttempt(sql, step.id);
    if (step.inputHash !== inputHash)
      return replace(sql, engine, { run, settings, tokens, task, step, latest, inputHash });
    return resume(sql, engine, { run, settings, tokens, task, step, latest });
  });
}

interface At {
  run: RunRow;
  settings: RunSettings;
  tokens: Record<string, number>;
  task: TaskRequest;
  step: StepRow;
}

async function lockOpenRun(sql: Sql, task: TaskRequest): Promise<Pick<At, 'run' | 'settings' | 'tokens'>> {
  const run = (await lockRuns(sql, [task.runId])).get(task.runId);
  const execution = await latestExecution(sql, task.runId);
  const handles = task.handler === true && run !== undefined && (await isHandlerTime(sql, run.id));
  const mayStart = task.handler === true ? handles : run?.status === 'running';
  if (run === undefined || !mayStart || execution?.number !== task.execution || execution.status !== 'open') {
    throw new ExecutionClosed(task.runId, task.execution, run?.status ?? 'unknown');
  }
  const { settings } = execution;
  const held = await heldTokens(sql, run.id);
  // Not what another part of the run holds: that may be released while this work still goes on.
  const names = [...settings.locks.map((lock) => lock.name), ...(task.locks ?? [])];
  const missing = names.find((name) => !(name in held));
  if (missing !== undefined) throw new ExecutionClosed(run.id, task.execution, `without its lock "${missing}"`);
  // What the handler starts has the handler's time left, not the run's.
  const timeoutAt = handles ? run.handlerUntil : run.timeoutAt;
  return {
    run: { ...run, timeoutAt },
    settings,
    tokens: Object.fromEntries(names.map((name) => [name, held[name] ?? 0])),
  };
}

/** The step is known: its result, the attempt in flight, or the next attempt. */
async function resume(
  sql: Sql,
  engine: WorkerEngine,
  { latest, ...at }: At & { latest: AttemptRow | undefined },
): Promise<Intent> {
  if (at.step.status === 'succeeded') {
    const outputs = await inline(sql, at.step.id);
    const end = { attemptId: latest?.id ?? '', stepKey: at.step.key, status: 'succeeded', outputs } as const;
    return { status: 'ended', end };
  }
  if (latest === undefined) return begin(sql, engine, { ...at, number: 1 });
  switch (latest.status) {
    case 'starting':
    case 'running':
    case 'collecting':
    case 'stopping':
      return { status: 'started', attemptId: latest.id };
    case 'succeeded':
    case 'failed':
    case 'stopped': {
      // Ended before this execution heard of it: told now, so that a repeated call never starts one attempt too many.
      // Nor has one that went on from another with changed code: what that one was to be told, this one is told.
      const unheard = latest.execution >= (await firstOfChain(sql, at.run.id)) && latest.id !== at.task.after;
      if (unheard) return { status: 'ended', end: await attemptEnd(sql, latest) };
      await reopenStep(sql, at.step.id);
      return begin(sql, engine, { ...at, number: latest.number + 1 });
    }
    default:
      return unreachable(latest.status);
  }
}

/** The same key with another input: the old attempt is proved ended first, then everything starts over. */
async function replace(
  sql: Sql,
  engine: WorkerEngine,
  { latest, inputHash, ...at }: At & { latest: AttemptRow | undefined; inputHash: string },
): Promise<Intent> {
  if (latest !== undefined && ['starting', 'running', 'collecting', 'stopping'].includes(latest.status)) {
    await stopAttempt(sql, latest.id);
    await notify(sql, 'attempts');
    return { status: 'replacing', attemptId: latest.id };
  }
  await resetStep(sql, at.step.id, { inputHash, size: at.task.size });
  const step = { ...at.step, inputHash, size: at.task.size };
  return begin(sql, engine, { ...at, step, number: (latest?.number ?? 0) + 1 });
}

async function begin(sql: Sql, engine: WorkerEngine, at: At & { number: number }): Promise<Intent> {
  const { run, settings, tokens, task, step, number } = at;
  const attemptId = randomBytes(8).toString('hex');
  const taskSettings = settings.tasks[task.task];
  const onlyFailed = number > 1 && taskSettings?.kind === 'batch' && taskSettings.retryShards === 'failed';
  const all = Array.from({ length: step.size ?? 1 }, (_, index) => index);
  const shards = onlyFailed ? await unfinishedShards(sql, step.id) : all;
  const isCall = taskSettings?.kind === 'lambda' || taskSettings?.kind === 'function';
  const losses = number > 1 ? await shardLosses(sql, step.id, shards) : { spot: 0, memory: 0 };
  const facts = { run, settings, task, attemptId, attemptNumber: number, shards, tokens, losses };
  const request: StartRequest | CallRequest = isCall ? { kind: taskSettings.kind } : awsRequest(engine, facts);
  await insertAttempt(sql, {
    id: attemptId,
    stepId: step.id,
    execution: task.execution,
    number,
    status: isCall ? 'running' : 'starting',
    region: engine.resources().region,
    request,
    shards,
    claimedBy: engine.owner,
    claimMs: isCall ? engine.timings.callLeaseMs : engine.timings.submitClaimMs,
  });
  if (task.locks !== undefined) await insertAttemptLocks(sql, attemptId, task.locks);
  await beginShards(sql, step.id, attemptId, shards);
  return { status: 'started', attemptId, ...('name' in request ? { submit: { attemptId, request } } : {}) };
}

async function refuseTooMany(sql: Sql, run: RunRow) {
  if ((await countSteps(sql, run.id, run.generation)) < maxSteps) return;
  throw new Refused(
    `${run.id} has ${maxSteps} steps, the most that a run may have: use an array (tasks.x.array(n, ...))`,
  );
}

function hash(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
