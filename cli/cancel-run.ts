import { stopRun } from '../engine/stop-run.ts';
import { hasEnded } from '../model/run-states.ts';
import type { Database } from '../store/database.ts';
import type { RunRow } from '../store/runs.ts';
import { untilSignalled } from '../workers/signals.ts';
import { whoAmI } from './arguments.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import { describeRun, followRuns } from './follow-run.ts';
import { knownRun } from './known-run.ts';
import { runDisplay } from './run-display.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Cancels an open run and follows it until it is closed. Ctrl-C stops following; the run goes on ending.
 * Gives the exit code: 0 when the run is cancelled (or, detached, when that was asked for).
 * @throws UsageError when the run is not open.
 */
export async function cancelRun(
  { db }: { db: Database },
  request: { runId: string; detach: boolean },
): Promise<number> {
  const { runId } = request;
  refuseNotOpen(await knownRun(db, runId));
  if (!(await stopRun({ db }, { runId, reason: 'cancelled', who: whoAmI(), error: null }))) await sayWhyNot(db, runId);
  if (request.detach) {
    write(`${runId} is being stopped; follow it with \`nightshift show ${runId}\``);
    return exitCodes.succeeded;
  }
  const signal = untilSignalled();
  const display = runDisplay(process.stdout);
  const [view] = await followRuns(db, [runId], { show: display.show, signal: signal.aborted });
  display.done();
  signal.release();
  if (view === undefined) throw new Error(`The run ${runId} vanished while it was being cancelled`);
  if (!hasEnded(view.run.status)) {
    write(`${runId} is still being stopped; look again with \`nightshift show ${runId}\``);
    return exitCodes.failed;
  }
  write(`${runId}  ${describeRun(view)}`);
  return view.run.status === 'cancelled' ? exitCodes.succeeded : exitCodes.failed;
}

function refuseNotOpen({ id, status }: RunRow) {
  if (status === 'expected')
    throw new UsageError(`${id} is expected: it has not been started, so there is nothing to cancel`);
  if (hasEnded(status)) throw new UsageError(`${id} is ${status}: only an open run can be cancelled`);
}

/** Somebody was faster: the first reason to stop wins. */
async function sayWhyNot(db: Database, runId: string) {
  const run = await knownRun(db, runId);
  refuseNotOpen(run);
  write(`${runId} is being stopped already (${run.reason ?? run.status})`);
}
