import type { JobRegistry } from '../config/job-registry.ts';
import type { Engine } from '../engine/engine.ts';
import type { RunStatus } from '../model/run-states.ts';
import { type BackfillRequest, type DatePlan, planBackfill } from '../triggers/backfill/plan.ts';
import { startDate } from '../triggers/backfill/start-date.ts';
import { type Signalled, untilSignalled } from '../workers/signals.ts';
import { whoAmI } from './arguments.ts';
import { exitCodes, worstExitCode } from './exit-codes.ts';
import { describeRun, followRuns, type RunView } from './follow-run.ts';

/** What `nightshift backfill` was asked for. */
export interface BackfillOptions extends BackfillRequest {
  /** Dates at a time. */
  concurrency: number;
  /** Only say what would be done. */
  dryRun: boolean;
}

const write = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Runs a job for a range of dates, oldest first, so many at a time. This process only paces: how far it came is in the
 * runs, so it may be ended at any moment, and the same command goes on. Gives the exit code of the worst run.
 */
export async function backfill(at: { engine: Engine; jobs: JobRegistry }, options: BackfillOptions): Promise<number> {
  const plan = await planBackfill({ sql: at.engine.db, jobs: at.jobs }, options);
  const todo = plan.filter(({ runs }) => runs.some(({ does }) => does !== 'pass' && does !== 'leave'));
  write(`${options.job}: ${todo.length} of ${plan.length} dates to run, ${options.concurrency} at a time`);
  for (const line of plan.flatMap(leftOutLines)) write(line);
  if (options.dryRun) {
    for (const date of todo) write(dateLine(date));
    return exitCodes.succeeded;
  }
  const signal = untilSignalled();
  try {
    const ended = await carryOut(at.engine, todo, { concurrency: options.concurrency, signal });
    return report(todo, ended);
  } finally {
    signal.release();
  }
}

/** The dates that have come to an end, with the states of their runs. */
type Ended = Map<string, RunStatus[]>;

/** So many lanes; each takes the oldest date that is left. After a signal none takes another. */
async function carryOut(
  engine: Engine,
  todo: DatePlan[],
  { concurrency, signal }: { concurrency: number; signal: Signalled },
): Promise<Ended> {
  const queue = [...todo];
  const ended: Ended = new Map();
  const lane = async () => {
    for (let date = queue.shift(); date !== undefined && !signal.aborted.aborted; date = queue.shift()) {
      const views = await runDate(engine, date, signal);
      if (views === 'left') return;
      ended.set(
        date.date,
        views.map((view) => view.run.status),
      );
      const how = views.map((view) => `${view.run.id} ${describeRun(view)}`).join(', ');
      write(`${date.date}  ${how}  (${ended.size} of ${todo.length})`);
    }
  };
  const lanes = Array.from({ length: concurrency }, lane);
  for (const running of lanes) running.catch(() => queue.splice(0));
  await Promise.all(lanes);
  return ended;
}

/** `left`: Ctrl-C came before its end; it goes on by itself. */
async function runDate(engine: Engine, date: DatePlan, signal: Signalled): Promise<RunView[] | 'left'> {
  write(dateLine(date));
  const ids = await startDate(engine, date, whoAmI());
  const views = await followRuns(engine.db, ids, { show: () => undefined, signal: signal.aborted });
  const isOver = !signal.aborted.aborted || views.every((view) => view.run.endedAt !== null);
  return isOver ? views : 'left';
}

function dateLine({ date, runs }: DatePlan): string {
  const words = { start: 'start', again: 'try again', join: 'join', pass: '', leave: '' } as const;
  const actions = runs.flatMap(({ id, does }) => (words[does] === '' ? [] : [`${words[does]} ${id}`]));
  return `${date}  ${actions.join(', ')}`;
}

function leftOutLines({ date, runs }: DatePlan): string[] {
  return runs.flatMap(({ id, does }) =>
    does === 'leave' ? [`${date}  ${id} was left out, and stays so; \`nightshift retry ${id}\` runs it`] : [],
  );
}

function report(todo: DatePlan[], ended: Ended): number {
  const statuses = [...ended.values()].flat();
  const good = [...ended.values()].filter((runs) => runs.every((status) => status === 'succeeded')).length;
  write(`${good} of ${todo.length} dates succeeded`);
  if (ended.size === todo.length) return worstExitCode(statuses);
  write('Stopped before the end: what is in flight goes on, and the same command goes on with the rest');
  return worstExitCode([...statuses, 'cancelled']);
}
