import { runId } from '../../model/run-id.ts';
import { isLeftOut } from '../../model/run-states.ts';
import { unreachable } from '../../model/unreachable.ts';
import type { RunRow } from '../../store/runs.ts';

/** One run of a backfill, and what is to be done about it. */
export interface PlannedRun {
  id: string;
  job: string;
  runKey: string;
  /**
   * `start`: it has not run. `again`: it ended badly, and goes on after its finished steps. `join`: it is open.
   * `pass`: it has succeeded. `leave`: somebody, or the calendar, has left it out.
   */
  does: 'start' | 'again' | 'join' | 'pass' | 'leave';
  startsSuccessors: boolean;
}

/** Decides about a run by what there is of it. */
export function planRun(
  of: { job: string; date: string; startsSuccessors: boolean },
  run: RunRow | undefined,
): PlannedRun {
  const { job, date, startsSuccessors } = of;
  return { id: runId(job, date), job, runKey: date, does: doesFor(run), startsSuccessors };
}

function doesFor(run: RunRow | undefined): PlannedRun['does'] {
  const status = run?.status ?? 'expected';
  switch (status) {
    case 'expected':
      return 'start';
    case 'waiting':
    case 'running':
    case 'stopping':
      return 'join';
    case 'succeeded':
      return 'pass';
    case 'failed':
    case 'timedOut':
    case 'cancelled':
      return 'again';
    case 'notRun':
      return run !== undefined && isLeftOut(run) ? 'leave' : 'again';
    default:
      return unreachable(status);
  }
}
