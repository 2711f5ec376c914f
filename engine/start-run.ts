import { checkInput } from '../config/job-input.ts';
import { runId, workflowId } from '../model/run-id.ts';
import { hasEnded, type RunStatus } from '../model/run-states.ts';
import { runSettings } from '../model/settings.ts';
import { unreachable } from '../model/unreachable.ts';
import { writeAudit } from '../store/audit.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { latestExecution, openExecution } from '../store/executions.ts';
import { enqueue } from '../store/outbox.ts';
import { insertExpected, lockRuns, moveToWaiting, type RunRow } from '../store/runs.ts';
import { dateOfRun, keyProblem, overlapOf } from '../triggers/run-keys.ts';
import { type Engine, Refused } from './engine.ts';

/** Asks for one run of one job. */
export interface StartRequest {
  job: string;
  /** The business date, or the instant of a job that runs by instant. */
  runKey: string;
  input?: unknown;
  /** Who asks: a schedule, a person, a prerequisite. */
  who: string;
  /**
   * For a run that has ended. `'retry'`: go on after its finished steps (not for a succeeded run).
   * `'fromStart'`: a new generation. Default: leave it as it is.
   */
  again?: 'retry' | 'fromStart';
  /** Whether its success starts successors that no schedule starts. Default: true, and of a run that runs again, as it was. */
  startsSuccessors?: boolean;
}

/** `started`: by this call. `joined`: it was open already. `ended`: it has ended, and nobody asked for it again. */
export interface StartAnswer {
  runId: string;
  outcome: 'started' | 'joined' | 'ended';
  status: RunStatus;
  execution: number;
}

/**
 * The one door: every schedule, event, command and prerequisite starts runs through here. Asking twice is asking once.
 * `before` is done first, in the same transaction.
 * @throws Refused, or an input error, when the request cannot be: nothing has changed then.
 */
export async function startRun(
  engine: Engine,
  request: StartRequest,
  before: (sql: Sql) => Promise<void> = async () => undefined,
): Promise<StartAnswer> {
  const job = engine.jobs.get(request.job);
  const problem = keyProblem(job, request.runKey);
  if (problem !== null) throw new Refused(problem);
  const input = request.again === undefined ? checkInput(job, request.input) : undefined;
  return withTransaction(engine.db, async (sql) => {
    await before(sql);
    return startRunIn(sql, engine, { ...request, input });
  });
}

/** {@link startRun} inside a transaction that has locked the run's row, or locks no other run. The input is checked. */
export async function startRunIn(sql: Sql, engine: Engine, request: StartRequest): Promise<StartAnswer> {
  const id = runId(request.job, request.runKey);
  await insertExpected(sql, [{ id, job: request.job, runKey: request.runKey, date: dateIn(engine, request) }]);
  const run = (await lockRuns(sql, [id])).get(id);
  if (run === undefined) throw new Error(`The run ${id} vanished while it was being started`);
  const latest = (await latestExecution(sql, id))?.number ?? 0;
  const opens = whatToDo(run, request);
  if (opens === 'leave') {
    const outcome = hasEnded(run.status) ? 'ended' : 'joined';
    return { runId: id, outcome, status: run.status, execution: latest };
  }
  return open(sql, engine, { run, request, generation: opens === 'again' ? run.generation + 1 : run.generation });
}

function dateIn({ jobs, project }: Engine, { job, runKey }: Pick<StartRequest, 'job' | 'runKey'>): string {
  return dateOfRun(jobs.get(job), runKey, project.timezone);
}

function whatToDo(run: RunRow, { again }: StartRequest): 'leave' | 'goOn' | 'again' {
  switch (run.status) {
    case 'expected':
      if (again !== undefined)
        throw new Refused(`${run.id} has not run yet: start it with \`nightshift run ${run.job}\``);
      return 'goOn';
    case 'waiting':
    case 'running':
    case 'stopping':
      if (again !== undefined) throw new Refused(`${run.id} is ${run.status}: wait for its end, or cancel it first`);
      return 'leave';
    case 'succeeded':
      if (again === 'retry') {
        throw new Refused(`${run.id} has succeeded: to run it again from the start, add --from-start`);
      }
      return again === 'fromStart' ? 'again' : 'leave';
    case 'failed':
    case 'timedOut':
    case 'cancelled':
    case 'notRun':
      if (again === undefined) return 'leave';
      return again === 'fromStart' ? 'again' : 'goOn';
    default:
      return unreachable(run.status);
  }
}

async function open(
  sql: Sql,
  engine: Engine,
  { run, request, generation }: { run: RunRow; request: StartRequest; generation: number },
): Promise<StartAnswer> {
  const job = engine.jobs.get(request.job);
  const settings = { ...runSettings(job, engine.project.timezone), overlap: overlapOf(job) };
  const input = run.status === 'expected' ? (request.input ?? null) : run.input;
  const waitMs = settings.waitAtMostMs;
  const { startsSuccessors } = request;
  await moveToWaiting(sql, { id: run.id, from: run.status, generation, input, waitMs, startsSuccessors });
  const execution = await openExecution(sql, {
    runId: run.id,
    settings,
    startedBy: request.who,
    lookMs: engine.timings.executionLookMs,
  });
  await enqueue(sql, 'start', workflowId(run.id, execution));
  await writeAudit(sql, { runId: run.id, who: request.who, action: actionOf(request, run.status) });
  return { runId: run.id, outcome: 'started', status: 'waiting', execution };
}

function actionOf({ again }: StartRequest, from: RunStatus): string {
  if (from === 'expected') return 'start';
  return again === 'fromStart' ? 'start from the beginning' : 'retry';
}
