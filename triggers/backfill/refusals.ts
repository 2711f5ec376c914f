import { checkInput } from '../../config/job-input.ts';
import type { JobRegistry } from '../../config/job-registry.ts';
import { Refused } from '../../engine/engine.ts';
import { runId } from '../../model/run-id.ts';
import type { RunRow } from '../../store/runs.ts';
import type { DatePlan } from './plan.ts';
import { datedPrerequisites } from './prerequisites.ts';

/** Of many dates, so many are listed. */
const maxListed = 20;

/**
 * Refuses a plan in which a run would wait in vain.
 * @throws Refused that lists the dates with the prerequisites that have not succeeded.
 */
export function refuseUnmet(plan: DatePlan[], at: { jobs: JobRegistry; runs: Map<string, RunRow> }): void {
  const lines = plan.flatMap((date) => {
    const unmet = unmetOf(date, at);
    return unmet.length === 0 ? [] : [`${date.date}: ${unmet.join(', ')}`];
  });
  if (lines.length === 0) return;
  const more = lines.length > maxListed ? [`and ${lines.length - maxListed} more dates`] : [];
  throw new Refused(
    [
      `${lines.length} of ${plan.length} dates cannot run, since prerequisites have not succeeded; nothing was started:`,
      ...[...lines.slice(0, maxListed), ...more].map((line) => `  ${line}`),
      'To run them, too, add --with-prerequisites; one that was left out takes `nightshift retry` or `nightshift mark`',
    ].join('\n'),
  );
}

function unmetOf({ date, runs: planned }: DatePlan, at: { jobs: JobRegistry; runs: Map<string, RunRow> }): string[] {
  const willRun = new Set(planned.filter(({ does }) => does !== 'leave').map(({ job }) => job));
  const needed = planned
    .filter(({ id, does }) => does === 'start' || does === 'again' || at.runs.get(id)?.status === 'waiting')
    .flatMap(({ job }) => datedPrerequisites(at.jobs, at.jobs.get(job)));
  return [...new Set(needed)].flatMap((id) => {
    const run = at.runs.get(runId(id, date));
    if (run?.status === 'succeeded' || willRun.has(id)) return [];
    const reason = run?.reason == null || run.reason === run.status ? '' : ` (${run.reason})`;
    return [run === undefined || run.status === 'expected' ? `${id} has not run` : `${id} is ${run.status}${reason}`];
  });
}

/**
 * A backfill has no input to give.
 * @throws Refused that names the job.
 */
export function refuseInputs(plan: DatePlan[], jobs: JobRegistry): void {
  const starting = plan.flatMap(({ runs }) => runs.filter(({ does }) => does === 'start').map(({ job }) => job));
  for (const id of new Set(starting)) {
    try {
      checkInput(jobs.get(id), undefined);
    } catch (error) {
      throw new Refused(
        `${id} takes an input, which a backfill has not: start its dates with \`nightshift run ${id} --date ... --input ...\``,
        { cause: error },
      );
    }
  }
}
