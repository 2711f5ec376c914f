import { hasEnded, type RunStatus } from '../model/run-states.ts';
import type { Database } from '../store/database.ts';
import { untilSignalled } from '../workers/signals.ts';
import { worstExitCode } from './exit-codes.ts';
import { describeRun, followRuns, type RunView, viewRun } from './follow-run.ts';
import { runDisplay } from './run-display.ts';
import { showResult } from './show-result.ts';

/** What a command that follows a run was asked for. */
export interface FollowRequest {
  runId: string;
  outcome: 'started' | 'joined' | 'ended';
  status?: RunStatus;
  /** An input was given, and the run keeps the one that it was started with. */
  inputIgnored?: boolean;
  /** Ids of runs that were opened with it, and are followed, too. */
  successors?: string[];
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
  const ids = [request.runId, ...(request.successors ?? [])];
  if (request.detach === true) {
    if (request.json === true) writeJson(await Promise.all(ids.map((id) => viewRun(db, id))), request);
    else for (const id of ids) write(`${id} ${request.outcome}; follow it with \`nightshift show ${id}\``);
    return 0;
  }
  const signal = untilSignalled();
  const display = runDisplay(out);
  const views = await followRuns(db, ids, { show: display.show, signal: signal.aborted });
  display.done();
  signal.release();
  if (views.length === 0) throw new Error(`There is no run ${request.runId}`);
  if (request.json === true) writeJson(views, request);
  return report(views, { write, results: request.json !== true });
}

/** Prints how each run has ended, or what becomes of it. Gives the exit code: that of the worst, an open run counts as succeeded. */
function report(views: RunView[], { write, results }: { write: (line: string) => void; results: boolean }): number {
  for (const view of views) {
    const { id, status } = view.run;
    if (status === 'waiting' && views.length > 1) write(`${id} goes on by itself: it is ${describeRun(view)}`);
    else if (!hasEnded(status)) write(`${id} goes on; to end it: nightshift cancel ${id}`);
    else if (results) {
      showResult(view, write);
      if (status !== 'succeeded') write(`Look further: nightshift show ${id}`);
    }
  }
  return worstExitCode(views.map((view) => view.run.status));
}

/** One run, or with successors the run and theirs below it. */
function writeJson(views: (RunView | undefined)[], { successors }: FollowRequest) {
  const [view, ...after] = views;
  const document = successors === undefined ? (view ?? null) : { ...view, successors: after };
  process.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}
