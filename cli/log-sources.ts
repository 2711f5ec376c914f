import type { AttemptRow } from '../store/attempts.ts';
import type { StepRow } from '../store/steps.ts';
import { UsageError } from './exit-codes.ts';
import { indexRanges } from './index-ranges.ts';

/** What of a run's logs is wanted. */
export interface LogChoice {
  /** A step's key, or a task's name for all its steps. Default: all steps. */
  step?: string;
  /** A logical shard, in the newest attempt that carries it. Default: all. */
  shard?: number;
}

/** One AWS thing whose log is read: a single job, one child of an array, or a large array as a whole. */
export interface LogSource {
  attempt: AttemptRow;
  externalId: string;
  /** AWS's own array index; null: a single job, or all children. */
  shardIndex: number | null;
  /** `score#1[2] attempt 1`. */
  label: string;
}

/** Children of a larger array are not read one by one: that would be three calls for each. */
const oneByOne = 20;

/**
 * The logs that are wanted, in the order of the attempts' start.
 * @throws UsageError that says what there is, when nothing of it is there.
 */
export function logSources(
  of: { runId: string; steps: StepRow[]; attempts: AttemptRow[] },
  choice: LogChoice,
): LogSource[] {
  const keys = chosenKeys(of, choice.step);
  const begun = of.attempts.filter((attempt) => attempt.externalId !== null && keys.has(attempt.stepKey));
  if (begun.length === 0) {
    throw new UsageError(
      `${of.runId} has no attempt in AWS yet${choice.step === undefined ? '' : ` for ${choice.step}`}; there is no log to read`,
    );
  }
  return choice.shard === undefined ? begun.flatMap(sourcesOf) : ofShard(of.runId, begun, choice.shard);
}

function chosenKeys({ runId, steps }: { runId: string; steps: StepRow[] }, wanted: string | undefined): Set<string> {
  const chosen = wanted === undefined ? steps : steps.filter((step) => step.key === wanted || step.task === wanted);
  if (steps.length === 0) throw new UsageError(`${runId} has no step yet; there is no log to read`);
  if (chosen.length === 0) {
    throw new UsageError(`${runId} has no step "${wanted}"; it has ${steps.map((step) => step.key).join(', ')}`);
  }
  return new Set(chosen.map((step) => step.key));
}

function sourcesOf(attempt: AttemptRow): LogSource[] {
  const { shards } = attempt;
  if (shards.length <= 1 || shards.length > oneByOne) return [sourceOf(attempt, shards, null)];
  return shards.map((shard, position) => sourceOf(attempt, [shard], position));
}

/** The newest attempt of each step that carries the shard. */
function ofShard(runId: string, attempts: AttemptRow[], shard: number): LogSource[] {
  const newest = new Map<string, AttemptRow>();
  for (const attempt of attempts) if (attempt.shards.includes(shard)) newest.set(attempt.stepKey, attempt);
  if (newest.size > 0) {
    return [...newest.values()].map((attempt) => {
      // One shard alone was started as a single job, whatever its logical index.
      return sourceOf(attempt, [shard], attempt.shards.length === 1 ? null : attempt.shards.indexOf(shard));
    });
  }
  const there = [...new Set(attempts.map((attempt) => attempt.stepKey))].map((key) => {
    const shards = attempts.filter((attempt) => attempt.stepKey === key).flatMap((attempt) => attempt.shards);
    return `${key} has ${indexRanges([...new Set(shards)].sort((a, b) => a - b))}`;
  });
  throw new UsageError(`${runId} has no shard ${shard}; ${there.join(', ')}`);
}

function sourceOf(attempt: AttemptRow, shards: number[], shardIndex: number | null): LogSource {
  const which = attempt.size === null ? '' : `[${indexRanges(shards)}]`;
  const label = `${attempt.stepKey}${which} attempt ${attempt.number}`;
  return { attempt, externalId: attempt.externalId ?? '', shardIndex, label };
}
