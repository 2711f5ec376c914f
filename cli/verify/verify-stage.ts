import { noteVerification } from '../../engine/note-verification.ts';
import { startRun } from '../../engine/start-run.ts';
import { stopRun } from '../../engine/stop-run.ts';
import { formatMs } from '../../model/duration.ts';
import { runId } from '../../model/run-id.ts';
import { hasEnded } from '../../model/run-states.ts';
import { getRun } from '../../store/runs.ts';
import { untilSignalled } from '../../workers/signals.ts';
import { whoAmI } from '../arguments.ts';
import { exitCodeOf, exitCodes, UsageError } from '../exit-codes.ts';
import { describeRun, followRuns, type RunView } from '../follow-run.ts';
import type { Session } from '../project.ts';
import { runDisplay } from '../run-display.ts';
import { type Check, checkWork, cleanUp } from './checks.ts';
import { knownInput, verificationKey } from './known-work.ts';

/** What `nightshift verify` was asked for. */
export interface VerifyRequest {
  job: string;
  /** So long the run may take, waits included; then it is cancelled. */
  limitMs: number;
}

/** How long a cancelled run is waited for. */
const cancelMs = 120_000;

/**
 * Runs a known piece of work on the stage of the session, and checks what came of it: one line a check. Ctrl-C and the
 * limit cancel the run and wait until its work has ended. Gives the exit code.
 * @throws UsageError when the project has no such job; Refused when a verification is under way.
 */
export async function verifyStage(session: Session, request: VerifyRequest): Promise<number> {
  const write = (line: string) => process.stdout.write(`${line}\n`);
  const id = await startVerification(session, request.job);
  const { view, endedBy } = await followToEnd(session, id, request.limitMs);
  const place = { db: session.db, endpoint: session.settings.aws.endpointUrl };
  const isDone = view.run.status === 'succeeded';
  const said = hasEnded(view.run.status) ? describeRun(view) : `${describeRun(view)}; is a worker running?`;
  const checks: Check[] = [{ name: 'run', isRight: isDone, said: `${id} ${said}` }];
  if (isDone) checks.push(...(await checkWork(place, view.run)));
  checks.push(...(await cleanUp(place, view.run)));
  for (const { name, isRight, said: seen } of checks) {
    write(`${isRight ? 'ok      ' : 'failed  '}${name.padEnd(8)}  ${seen}`);
  }
  const wrong = checks.filter(({ isRight }) => !isRight).map(({ name }) => name);
  const result = wrong.length === 0 ? 'passed' : `failed: ${wrong.join(', ')}`;
  await noteVerification(session, { runId: id, who: whoAmI(), result });
  write(
    `The verification of stage ${session.settings.stage} ${wrong.length === 0 ? 'has passed' : `has ${result}; look further: nightshift show ${id}`}`,
  );
  return exitCode({ wrong, view, endedBy });
}

/** The same run each time, from the start: no row is added, and nobody's run is touched. */
async function startVerification(session: Session, jobId: string): Promise<string> {
  if (!session.jobs.jobs.has(jobId)) {
    throw new UsageError(
      `The project has no job "${jobId}" to verify a stage with: add the example jobs/array-demo.ts with apps/array-worker, or name by --job one that takes {"message","items"} and gives the results as it does`,
    );
  }
  const job = session.jobs.get(jobId);
  if ((job.after ?? []).length > 0) {
    throw new UsageError(
      `${jobId} waits for other jobs, which do not run for a verification: name one without "after"`,
    );
  }
  const runKey = verificationKey(job);
  const before = await getRun(session.db, runId(jobId, runKey));
  const again = before === undefined || before.status === 'expected' ? {} : { again: 'fromStart' as const };
  const start = { job: jobId, runKey, input: knownInput, who: `${whoAmI()} (verify)`, startsSuccessors: false };
  return (await startRun(session.engine, { ...start, ...again })).runId;
}

type EndedBy = 'itself' | 'limit' | 'signal';

async function followToEnd(
  session: Session,
  id: string,
  limitMs: number,
): Promise<{ view: RunView; endedBy: EndedBy }> {
  const signal = untilSignalled();
  const display = runDisplay(process.stdout);
  try {
    const follow = (until: AbortSignal) => followRuns(session.db, [id], { show: display.show, signal: until });
    const limit = AbortSignal.timeout(limitMs);
    const [view] = await follow(AbortSignal.any([signal.aborted, limit]));
    if (view === undefined) throw new Error(`The run ${id} vanished while it was followed`);
    if (hasEnded(view.run.status)) return { view, endedBy: 'itself' };
    const endedBy = signal.aborted.aborted ? 'signal' : 'limit';
    if (endedBy === 'limit') process.stdout.write(`${id} has not ended in ${formatMs(limitMs)}: it is cancelled\n`);
    await stopRun(session, { runId: id, reason: 'cancelled', who: `${whoAmI()} (verify)`, error: null });
    const [after = view] = await follow(AbortSignal.timeout(cancelMs));
    return { view: after, endedBy };
  } finally {
    display.done();
    signal.release();
  }
}

function exitCode({ wrong, view, endedBy }: { wrong: string[]; view: RunView; endedBy: EndedBy }): number {
  if (endedBy === 'signal') return exitCodes.cancelled;
  if (endedBy === 'limit') return exitCodes.timedOut;
  if (view.run.status !== 'succeeded') return exitCodeOf(view.run.status);
  return wrong.length === 0 ? exitCodes.succeeded : exitCodes.failed;
}
