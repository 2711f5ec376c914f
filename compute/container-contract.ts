/** What a step gives its containers: the same for all, or something else for each logical shard. */
export type ContainerInput = { all: unknown } | { shards: Readonly<Record<number, unknown>> };

/** What the containers of one attempt are told. */
export interface ContainerFacts {
  runId: string;
  jobId: string;
  runKey: string;
  /** The business date, `YYYY-MM-DD`. */
  date: string;
  /** The key of the step. */
  step: string;
  attemptId: string;
  /** 1 for the first try. */
  attemptNumber: number;
  /** Shards of the whole step, whatever this attempt carries; 1 for a single job. */
  shardCount: number;
  /** Which of them this attempt carries, by `encodeShardMap`; null when AWS's array index is the shard. */
  shardMap: string | null;
  /** Fencing token by lock name. */
  lockTokens: Readonly<Record<string, number>>;
  /** The task's own variables. */
  environment: Readonly<Record<string, string>>;
  input: ContainerInput;
}

/** A `JOB_INPUT` that is an object with this key alone says where the input is, in place of being it. */
const pointerKey = 'nightshiftInput';

/**
 * The environment variables of an attempt's containers. The contract's own win over the task's; without an input there
 * is no `JOB_INPUT`, without a shard map no `NIGHTSHIFT_SHARD_MAP`.
 * @throws TypeError when the input cannot be JSON or looks like one of the contract's pointers.
 */
export function containerEnvironment(facts: ContainerFacts): Record<string, string> {
  const input = jobInput(facts.input);
  return {
    ...facts.environment,
    NIGHTSHIFT_RUN_ID: facts.runId,
    NIGHTSHIFT_JOB_ID: facts.jobId,
    NIGHTSHIFT_RUN_KEY: facts.runKey,
    NIGHTSHIFT_DATE: facts.date,
    NIGHTSHIFT_STEP: facts.step,
    NIGHTSHIFT_ATTEMPT_ID: facts.attemptId,
    NIGHTSHIFT_ATTEMPT_NUMBER: String(facts.attemptNumber),
    NIGHTSHIFT_SHARD_COUNT: String(facts.shardCount),
    ...(facts.shardMap === null ? {} : { NIGHTSHIFT_SHARD_MAP: facts.shardMap }),
    NIGHTSHIFT_LOCK_TOKENS: JSON.stringify(facts.lockTokens),
    ...(input === undefined ? {} : { JOB_INPUT: input }),
  };
}

function jobInput(input: ContainerInput): string | undefined {
  if ('all' in input) return plainJson(input.all);
  const texts = Object.values(input.shards).map(plainJson);
  const [first] = texts;
  // Shards that get the same need no table: plain workers can then read it as it is.
  if (texts.every((text) => text === first)) return first;
  return JSON.stringify({ [pointerKey]: { shards: input.shards } });
}

/** Undefined for undefined, which is no JSON. */
function plainJson(value: unknown): string | undefined {
  // The container would follow it, to a file of the caller's choice.
  if (typeof value === 'object' && value !== null && pointerKey in value) {
    throw new TypeError(`An input must not have the key "${pointerKey}": it is the contract's own`);
  }
  return JSON.stringify(value);
}
