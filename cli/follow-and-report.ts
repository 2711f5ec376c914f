import { hasEnded, type RunStatus } from '../model/run-states.ts';
import type { Database } from '../store/database.ts';
import { untilSignalled } from '../workers/signals.ts';
import { exitCodeOf } from './exit-codes.ts';
import { followRuns, type RunView, viewRun } from './follow-run.ts';
import { runDisplay } from './run-display.ts';
import { showResult } from './show-result.ts';

/** What a command that follows a run was asked for. */
export interface FollowRequest {
  runId: string;
  outcome: 'started' | 'joined' | 'ended';
  status?: RunStatus;
  /** An input was given, and the run keeps the one that it was started with. */
  inputIgnored?: boolean;
  detach?: boolean;
  json?: boolean;
}

/** Follows one run and prints its end. Ctrl-C stops following, not the run. Gives the exit code. */
export async function followAndReport(db: Database, request: FollowRequest): Promise<number> {
  const out = request.json === true ? process.stderr : process.stdout;
  const write = (line: string) => out.write(`${line}\n`);
  if (request.outcome === 'ended') {
    const from = request.status === 'succeeded' ? ' --from-start' : '';
    write(`${request.runId} has ended already; \`nightshift retry ${request.runId}${from}\` runs it again`);
  }
  if (request.inputIgnored === true) write('Its input stays what it was: the one given now is not used');
  if (request.detach === true) {
    const view = await viewRun(db, request.runId);
    if (request.json === true) writeJson(view);
    else write(`${request.runId} ${request.outcome}; follow it with \`nightshift show ${request.runId}\``);
    return 0;
  }
  const signal = untilSignalled();
  const display = runDisplay(out);
  const [view] = await followRuns(db, [request.runId], { show: display.show, signal: signal.aborted });
  display.done();
  signal.release();
  if (view === undefined) throw new Error(`There is no run ${request.runId}`);
  if (request.json === true) writeJson(view);
  if (!hasEnded(view.run.status)) {
    write(`${request.runId} goes on; to end it: nightshift cancel ${request.runId}`);
    return 0;
  }
  if (request.json !== true) {
    showResult(view, write);
    if (view.run.status !== 'succeeded') write(`Look further: nightshift show ${request.runId}`);
  }
  return exitCodeOf(view.run.status);
}

function writeJson(view: RunView | undefined) {
  process.stdout.write(`${JSON.stringify(view ?? null, null, 2)}\n`);
}
