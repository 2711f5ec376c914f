import { formatMs } from '../model/duration.ts';
import { hasEnded, type RunStatus } from '../model/run-states.ts';
import { listAttempts } from '../store/attempts.ts';
import type { Database } from '../store/database.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { listSteps, type StepRow } from '../store/steps.ts';
import { listWaits } from '../store/waits.ts';

/** What a follower sees of a run at one moment. */
export interface RunView {
  run: RunRow;
  steps: (StepRow & { attempts: number; failedAttempts: number })[];
  /** What it waits for, in words. */
  waitsFor: string[];
}

const lookMs = 250;

/** Reads what there is to see of a run; undefined when there is no such run. */
export async function viewRun(db: Database, runId: string): Promise<RunView | undefined> {
  const run = await getRun(db, runId);
  if (run === undefined) return undefined;
  const [steps, attempts, waits] = await Promise.all([
    listSteps(db, runId, run.generation),
    listAttempts(db, runId, run.generation),
    listWaits(db, runId),
  ]);
  return {
    run,
    steps: steps.map((step) => {
      const own = attempts.filter((attempt) => attempt.stepId === step.id);
      return { ...step, attempts: own.length, failedAttempts: own.filter((one) => one.status === 'failed').length };
    }),
    waitsFor: waits.filter((wait) => wait.metAt === null).map((wait) => `${wait.kind} ${wait.name}`),
  };
}

/**
 * Follows runs until all have ended, or until aborted, or (when one ended badly) until the others only wait: a person may
 * be hours away. Calls `show` with what is new at each look. Gives the last views.
 * Looking is reading rows: nothing breaks when nobody looks.
 */
export async function followRuns(
  db: Database,
  runIds: string[],
  on: { show: (views: RunView[]) => void; signal: AbortSignal },
): Promise<RunView[]> {
  for (;;) {
    const views = (await Promise.all(runIds.map((id) => viewRun(db, id)))).filter((view) => view !== undefined);
    on.show(views);
    if (nothingToSee(views) || on.signal.aborted) return views;
    await pause(lookMs, on.signal);
  }
}

function nothingToSee(views: RunView[]): boolean {
  const open = views.filter((view) => !hasEnded(view.run.status));
  const isBroken = views.some((view) => hasEnded(view.run.status) && view.run.status !== 'succeeded');
  return open.length === 0 || (isBroken && open.every((view) => view.run.status === 'waiting' && hangsOn(view, views)));
}

/** It waits for one of these runs, so that what it waits for cannot come by itself. */
function hangsOn({ run, waitsFor }: RunView, views: RunView[]): boolean {
  return views.some((view) => view.run.runKey === run.runKey && waitsFor.includes(`prerequisite ${view.run.job}`));
}

/** Prints one line a change, for logs and pipes. */
export function lineShower(write: (line: string) => void): (views: RunView[]) => void {
  const told = new Map<string, string>();
  const tell = (key: string, state: string, line: string) => {
    if (told.get(key) === state) return;
    told.set(key, state);
    write(line);
  };
  return (views) => {
    for (const view of views) {
      const { run } = view;
      const waits = run.status === 'waiting' ? view.waitsFor.join(', ') : '';
      tell(run.id, `${run.status} ${waits}`, `${run.id}  ${describeRun(view)}`);
      for (const step of view.steps) {
        const state = `${step.status} ${step.attempts}`;
        tell(`${run.id} ${step.key}`, state, `${run.id}  ${step.key}  ${describeStep(step)}`);
      }
    }
  };
}

/** A run's state in words: `succeeded in 4.2 s`, `waiting for prerequisite BATCH-000`. */
export function describeRun({ run, waitsFor }: Pick<RunView, 'run' | 'waitsFor'>): string {
  const status: RunStatus = run.status;
  if (status === 'waiting') return waitsFor.length > 0 ? `waiting for ${waitsFor.join(', ')}` : 'waiting';
  const reason = run.reason === null || run.reason === status ? '' : ` (${run.reason})`;
  if (run.startedAt === null || run.endedAt === null) return `${status}${reason}`;
  return `${status}${reason} in ${formatMs(run.endedAt.getTime() - run.startedAt.getTime())}`;
}

/** A step's state in words: `running, 4 shards, try 2`. */
export function describeStep(step: RunView['steps'][number]): string {
  const shards = step.size === null ? '' : `, ${step.size} shards`;
  const tries = step.attempts > 1 ? `, try ${step.attempts}` : '';
  const took = step.endedAt === null ? '' : ` in ${formatMs(step.endedAt.getTime() - step.createdAt.getTime())}`;
  return `${step.status === 'open' ? 'running' : step.status}${took}${shards}${tries}`;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}
