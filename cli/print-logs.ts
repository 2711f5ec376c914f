import { setTimeout as delay } from 'node:timers/promises';
import { atMost } from '../compute/aws/at-most.ts';
import { AwsCallFailed } from '../compute/aws/call.ts';
import { createBatchCompute } from '../compute/batch/create-batch-compute.ts';
import type { Compute, LogLine } from '../compute/port.ts';
import { hasEnded } from '../model/run-states.ts';
import { listAttempts } from '../store/attempts.ts';
import type { Database } from '../store/database.ts';
import { listSteps } from '../store/steps.ts';
import { UsageError } from './exit-codes.ts';
import { knownRun } from './known-run.ts';
import { type LogChoice, type LogSource, logSources } from './log-sources.ts';

/** What `nightshift logs` was asked for. */
export interface LogsRequest extends LogChoice {
  runId: string;
  /** Go on until the run ends. */
  follow: boolean;
}

/** Where the logs are. */
export interface LogsPlace {
  db: Database;
  /** AWS's address; null = its own. */
  endpoint: string | null;
  /** Ends following. */
  signal: AbortSignal;
}

const pollMs = 1_000;
/** A longer log is cut, and that is said: CloudWatch's own console is the better reader. */
const longestLog = 100_000;
const readAtOnce = 4;

/**
 * Prints the logs of a run's attempts, oldest attempt first; a line begins with its step, shard and attempt when there
 * is more than one of them, and always while following.
 * @throws UsageError when there is nothing of the kind; AwsCallFailed.
 */
export async function printLogs(place: LogsPlace, request: LogsRequest): Promise<void> {
  const print = linePrinter(place);
  // `nightshift logs ... | head`: whoever reads has seen enough.
  process.stdout.once('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  for (;;) {
    // The state is read before the logs: what was printed until the end is then never missed.
    const { ended, sources } = await look(place.db, request);
    const following = request.follow && !ended && !place.signal.aborted;
    if (sources instanceof UsageError && !following) throw sources;
    if (!(sources instanceof UsageError)) {
      await print(sources, request.follow || sources.length > 1 || sources.some(isWhole)).catch((error) =>
        sayIfFollowing(error, following),
      );
    }
    if (!following) return;
    await delay(pollMs, undefined, { signal: place.signal }).catch(() => undefined);
    if (place.signal.aborted) return;
  }
}

async function look(db: Database, request: LogsRequest) {
  const run = await knownRun(db, request.runId);
  const [steps, attempts] = await Promise.all([
    listSteps(db, run.id, run.generation),
    listAttempts(db, run.id, run.generation),
  ]);
  return { ended: hasEnded(run.status), sources: sourcesOrWhyNot({ runId: run.id, steps, attempts }, request) };
}

/** While following, what is not there may still come. */
function sourcesOrWhyNot(of: Parameters<typeof logSources>[0], choice: LogChoice): LogSource[] | UsageError {
  try {
    return logSources(of, choice);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

/** One read that fails does not end the following. */
function sayIfFollowing(error: unknown, following: boolean): void {
  if (!following || !(error instanceof AwsCallFailed)) throw error;
  process.stderr.write(`${error.message}; trying again\n`);
}

type SourceLine = { source: LogSource; line: LogLine };

/** Prints what has not been printed before: lines can appear late, and between others, and may be the same as others. */
function linePrinter({ endpoint }: LogsPlace) {
  const computes = new Map<string, Compute>();
  const printed = new Map<string, number>();
  const computeIn = (region: string) => {
    const compute = computes.get(region) ?? createBatchCompute({ region, ...(endpoint === null ? {} : { endpoint }) });
    computes.set(region, compute);
    return compute;
  };
  return async (sources: LogSource[], labelled: boolean) => {
    for (const ofAttempt of byAttempt(sources)) {
      const read = await atMost(readAtOnce, ofAttempt, (source) =>
        readSource(computeIn(source.attempt.region), source),
      );
      const lines = read.flat().sort((a, b) => a.line.at.getTime() - b.line.at.getTime());
      for (const { source, line } of newLines(lines, printed)) {
        process.stdout.write(`${labelled ? `${labelOf(source, line)}  ` : ''}${line.message.trimEnd()}\n`);
      }
    }
  };
}

/** Of an array that is read as a whole, only the stream tells one child from another. */
function labelOf(source: LogSource, { stream }: LogLine): string {
  return isWhole(source) ? `${source.label} ${stream.split('/').at(-1)?.slice(0, 8) ?? ''}` : source.label;
}

function isWhole({ attempt, shardIndex }: LogSource): boolean {
  return shardIndex === null && attempt.shards.length > 1;
}

function newLines(lines: SourceLine[], printed: Map<string, number>): SourceLine[] {
  const counts = new Map<string, number>();
  return lines.filter(({ line }) => {
    const key = `${line.stream} ${line.at.getTime()} ${line.message}`;
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (count <= (printed.get(key) ?? 0)) return false;
    printed.set(key, count);
    return true;
  });
}

/** The shards of one attempt ran side by side, and are read so; attempts came one after the other. */
function byAttempt(sources: LogSource[]): LogSource[][] {
  const groups = new Map<string, LogSource[]>();
  for (const source of sources) groups.set(source.attempt.id, [...(groups.get(source.attempt.id) ?? []), source]);
  return [...groups.values()];
}

async function readSource(compute: Compute, source: LogSource): Promise<SourceLine[]> {
  const which = source.shardIndex === null ? {} : { shardIndex: source.shardIndex };
  const lines = await compute.logs(source.externalId, { ...which, limit: longestLog });
  if (lines.length === longestLog) {
    process.stderr.write(`${source.label}: only the first ${longestLog} lines are shown\n`);
  }
  return lines.map((line) => ({ source, line }));
}
