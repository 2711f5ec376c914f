import { writeFileSync } from 'node:fs';
import { recordPoints, runAll } from '../support/kill-points/all-runs.ts';
import type { Outcome } from '../support/kill-points/one-run.ts';
import { reportOf } from '../support/kill-points/report.ts';
import { withWorkerProgram } from '../support/kill-points/worker-program.ts';
import { keyOf } from '../support/proxies/tap.ts';
import { startTestTemporal, type TestTemporal } from '../support/temporal.ts';

/** Runs at a time: much of a run is waiting for Temporal to miss the dead worker. */
const worlds = 4;

/** Set by `npm run kill-points`, which takes every statement and every occurrence: where the report is written. */
const reportFile = process.env.NIGHTSHIFT_KILL_POINTS_REPORT;

/** Points whose name fits, for a look at some of them: `AWS`, `RunTask [|] after`. Default: all. */
const only = new RegExp(process.env.NIGHTSHIFT_KILL_POINTS_ONLY ?? '');

/** Such a long run shows how far it is. */
function tell({ point, reached, faults, seconds }: Outcome): void {
  if (reportFile === undefined) return;
  const end = reached ? faults.join('; ') || 'ok' : 'not reached';
  process.stderr.write(`${seconds} s, ${point.service}, ${point.name}, ${point.side} ${point.occurrence}: ${end}\n`);
}

let temporal: TestTemporal;
beforeAll(async () => {
  temporal = await startTestTemporal(worlds + 10);
});
afterAll(() => temporal.stop());

test(
  'kill -9 before and after each call to AWS, Postgres and Temporal: nothing is done twice, nothing is left running',
  () =>
    withWorkerProgram(async (program) => {
      const place = { temporal, program };
      const plans = await recordPoints(place, reportFile !== undefined);
      const chosen = plans.filter(({ point }) => only.test(keyOf(point, point.side)));

      const outcomes = await runAll(place, chosen, { worlds, tell });

      if (reportFile !== undefined) writeFileSync(reportFile, reportOf(outcomes));
      expect(outcomes.filter(({ faults }) => faults.length > 0)).toEqual([]);
      expect(outcomes.filter(({ reached, first }) => !reached && first === null)).toEqual([]);
      // Which calls repair a death depends on how far its work had come by then: some come up by chance, and not again.
      const repairs = outcomes.filter(({ first }) => first !== null);
      if (repairs.length > 3) expect(repairs.some(({ reached }) => reached)).toBe(true);
      expect(outcomes.length).toBe(chosen.length);
      expect(plans.length).toBeGreaterThan(100);
    }),
  3_600_000,
);
