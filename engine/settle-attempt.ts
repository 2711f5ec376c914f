import type { Observation, OutputLine, PhysicalFailure, StartRequest } from '../compute/port.ts';
import type { FailureClass } from '../model/failures.ts';
import { endAttempt, moveToCollecting, setStartedAt } from '../store/attempt-moves.ts';
import { type Sql, withTransaction } from '../store/database.ts';
import { lockRuns, type RunRow } from '../store/runs.ts';
import {
  countShards,
  failPendingShards,
  failShards,
  listFailures,
  stepOutputLength,
  succeedPendingShards,
  succeedShards,
} from '../store/shards.ts';
import { endStep } from '../store/steps.ts';
import type { Engine } from './engine.ts';
import { tellRun } from './tell-run.ts';

/** The attempt that a watcher settles, as it claimed it. */
export interface Settled {
  id: string;
  stepId: number;
  runId: string;
  request: StartRequest;
  /** Logical shards; position = AWS's array index. */
  shards: number[];
  /** Why we asked AWS to end it although its run goes on; null = we did not. */
  endingAs: 'timeout' | 'stuckRunnable' | null;
}

/** The outputs of a step total at most this many characters. */
const maxOutput = 1_048_576;

/**
 * running: writes what AWS says. Ended: its failures by logical shard, and → collecting; at once → succeeded when
 * there is nothing to collect. True when something is left to collect.
 */
export function settleRunning(engine: Engine, attempt: Settled, seen: Observation, output: boolean): Promise<boolean> {
  return inRun(engine, attempt, async (sql, run) => {
    if (seen.status === 'live') {
      if (seen.startedAt !== null) await setStartedAt(sql, attempt.id, seen.startedAt);
      return false;
    }
    const { collectLogMs, collectOutputMs } = engine.timings;
    const moved = await moveToCollecting(sql, attempt.id, {
      startedAt: seen.startedAt,
      endedAt: seen.endedAt,
      collectMs: output && seen.failures.length < attempt.shards.length ? collectOutputMs : collectLogMs,
      log: seen.failures[0]?.log ?? null,
    });
    if (!moved) return false;
    if (!output && seen.failures.length === 0) {
      await succeedPendingShards(sql, attempt.id);
      await finish(sql, attempt, { from: 'collecting', logTail: null });
      return false;
    }
    await failShards(
      sql,
      attempt.id,
      seen.failures.map((failure) => ({ ...asMeant(attempt, failure), index: logicalOf(attempt, failure.index) })),
    );
    // Its work is over: a run that stops, and only waits for that, may close before the log has been read.
    if (run?.status === 'stopping') await tellRun(sql, attempt.runId);
    return true;
  });
}

function logicalOf({ shards }: Settled, physical: number): number {
  return shards[physical] ?? physical;
}

/** What AWS calls cancelled was ended by us, for a reason that we know better. */
function asMeant({ endingAs, request }: Settled, failure: PhysicalFailure): PhysicalFailure {
  if (endingAs === null || failure.class !== 'cancelled') return failure;
  const limit = request.kind === 'ecs' ? ` of ${request.timeoutSeconds} s` : '';
  const reason = endingAs === 'timeout' ? `It took longer than its limit${limit}` : 'It never left the queue';
  return { ...failure, class: endingAs, reason: `${reason}; ended by Nightshift` };
}

/** stopping: AWS says ended, or nothing was ever made. A success that came too late is stopped, too. */
export function settleStopped(
  engine: Engine,
  attempt: Pick<Settled, 'id' | 'stepId' | 'runId'>,
  reason: string,
): Promise<void> {
  return inRun(engine, attempt, async (sql) => {
    const result = {
      from: 'stopping',
      to: 'stopped',
      class: 'cancelled',
      exitCode: null,
      reason,
      logTail: null,
    } as const;
    if (!(await endAttempt(sql, attempt.id, result))) return;
    await failPendingShards(sql, attempt.id, { class: 'cancelled', exitCode: null, reason });
    await endStep(sql, attempt.stepId, 'stopped');
    await tellRun(sql, attempt.runId);
  });
}

/** running: AWS does not know it any more. */
export function settleForgotten(engine: Engine, attempt: Settled): Promise<void> {
  const reason = 'AWS does not know the job any more, and no event told how it ended';
  return inRun(engine, attempt, async (sql) => {
    await failPendingShards(sql, attempt.id, { class: 'outcomeUnknown', exitCode: null, reason });
    await finish(sql, attempt, { from: 'running', logTail: [] });
  });
}

/** What a watcher has read of a collecting attempt. */
export interface Collected {
  lines: OutputLine[];
  logTail: string[] | null;
  /** The log tail is not waited for any more: a shard that was killed may have printed nothing. */
  tailOver: boolean;
  /** Nothing more is waited for. */
  over: boolean;
}

/** collecting: keeps the outputs; ends the attempt when nothing is missing, or the time is over. True when it ended. */
export function settleCollected(engine: Engine, attempt: Settled, output: boolean, read: Collected): Promise<boolean> {
  return inRun(engine, attempt, async (sql) => {
    if (!output) await succeedPendingShards(sql, attempt.id);
    else await keepOutputs(sql, attempt, read.lines);
    const { pending, failed } = await countShards(sql, attempt.id);
    const wantsLog = failed > 0 && read.logTail === null && !read.tailOver;
    if ((pending > 0 || wantsLog) && !read.over) return false;
    await failPendingShards(sql, attempt.id, withoutOutput(engine, attempt));
    if ((await stepOutputLength(sql, attempt.stepId)) > maxOutput) await refuseOutput(sql, attempt);
    await finish(sql, attempt, { from: 'collecting', logTail: read.logTail });
    return true;
  });
}

function withoutOutput({ timings }: Engine, { request }: Settled) {
  const within = `within ${timings.collectOutputMs / 1_000} s`;
  return request.output === 'json'
    ? ({ class: 'outputInvalid', exitCode: 0, reason: `What it printed was not one JSON value ${within}` } as const)
    : ({
        class: 'outputMissing',
        exitCode: 0,
        reason: `It ended well, but its output line did not appear in the log ${within}`,
      } as const);
}

/** A line printed twice, by a container that was started twice, counts once: the last. */
async function keepOutputs(sql: Sql, attempt: Settled, lines: OutputLine[]) {
  const carried = new Set(attempt.shards);
  const byShard = new Map(
    lines.filter((line) => 'output' in line && carried.has(line.shard)).map((line) => [line.shard, line]),
  );
  const outputs = [...byShard.values()].map(({ shard, output, records }) => ({
    index: shard,
    output,
    records: records ?? null,
  }));
  await succeedShards(sql, attempt.id, outputs);
}

async function refuseOutput(sql: Sql, attempt: Settled) {
  const reason = `The outputs of the step are longer than ${maxOutput} characters`;
  await sql.query(
    `update shards set status = 'failed', output = null, class = 'outputTooLarge', reason = $2
     where attempt_id = $1 and status = 'succeeded'`,
    [attempt.id, reason],
  );
}

async function finish(sql: Sql, attempt: Settled, how: { from: 'running' | 'collecting'; logTail: string[] | null }) {
  const [worst] = await listFailures(sql, attempt.id);
  const failure: { class: FailureClass; exitCode: number | null; reason: string } | undefined = worst;
  const ended = await endAttempt(sql, attempt.id, {
    from: how.from,
    to: failure === undefined ? 'succeeded' : 'failed',
    class: failure?.class ?? null,
    exitCode: failure?.exitCode ?? null,
    reason: failure?.reason ?? null,
    logTail: how.logTail,
  });
  if (!ended) return;
  await endStep(sql, attempt.stepId, failure === undefined ? 'succeeded' : 'failed');
  await tellRun(sql, attempt.runId);
}

/** Each row in its own transaction, behind its run's row: one bad row never stops the others. */
function inRun<T>(
  engine: Engine,
  attempt: Pick<Settled, 'runId'>,
  work: (sql: Sql, run: RunRow | undefined) => Promise<T>,
): Promise<T> {
  return withTransaction(engine.db, async (sql) => {
    const runs = await lockRuns(sql, [attempt.runId]);
    return work(sql, runs.get(attempt.runId));
  });
}
