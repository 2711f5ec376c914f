/** The environment variables of the process. A record, so that tests can hand in another. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The run, step and attempt that this process works for. */
export interface Context {
  /** `BATCH-001/2026-11-21`; `local` outside Nightshift. */
  runId: string;
  /** `BATCH-001`; `local` outside Nightshift. */
  jobId: string;
  /** The business date, or the UTC instant of jobs that run more than once a day; `local` outside Nightshift. */
  runKey: string;
  /** The business date, `YYYY-MM-DD`; absent outside Nightshift. */
  date: string | undefined;
  /** The key of the step, `score#1`; `local` outside Nightshift. */
  step: string;
  /** The random id of this attempt; `local` outside Nightshift. */
  attemptId: string;
  /** 1 for the first try. Default 1. */
  attemptNumber: number;
  /** Fencing token by lock name, for the locks that the run held when the attempt began. */
  lockTokens: Readonly<Record<string, number>>;
}

/**
 * Says what this process works for.
 * Throws when a variable is there but is not what Nightshift writes.
 */
export function context(env: Environment = process.env): Context {
  return {
    runId: env.NIGHTSHIFT_RUN_ID ?? 'local',
    jobId: env.NIGHTSHIFT_JOB_ID ?? 'local',
    runKey: env.NIGHTSHIFT_RUN_KEY ?? 'local',
    date: env.NIGHTSHIFT_DATE,
    step: env.NIGHTSHIFT_STEP ?? 'local',
    attemptId: attemptId(env),
    attemptNumber: readWhole(env, 'NIGHTSHIFT_ATTEMPT_NUMBER') ?? 1,
    lockTokens: lockTokens(env),
  };
}

/** The id that marks every output line: `local` outside Nightshift. */
export function attemptId(env: Environment): string {
  return env.NIGHTSHIFT_ATTEMPT_ID || 'local';
}

/**
 * Gives the fencing token of a lock, for SQL that must refuse a stale holder.
 * Throws when the run does not hold that lock.
 */
export function assertLock(name: string, env: Environment = process.env): number {
  const tokens = lockTokens(env);
  const token = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
  if (token === undefined) {
    const held = Object.keys(tokens).join(', ') || 'none';
    throw new Error(
      `This run does not hold the lock ${JSON.stringify(name)} [held: ${held}]. Name it in the job's locks.`,
    );
  }
  return token;
}

/** Reads a whole number of 0 or more; absent and empty are undefined. Throws on anything else. */
export function readWhole(env: Environment, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number such as 3, got ${JSON.stringify(text)}`);
  return Number(text);
}

function lockTokens(env: Environment): Record<string, number> {
  const text = env.NIGHTSHIFT_LOCK_TOKENS;
  if (!text) return {};
  const tokens = parseRecord(text);
  return Object.fromEntries(Object.entries(tokens).map(([name, token]) => [name, tokenOf(token)]));
}

function parseRecord(text: string): object {
  const parsed = parseJson(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw badTokens();
  return parsed;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badTokens();
  }
}

/** Postgres prints a bigint as a string, so both forms are taken. */
function tokenOf(value: unknown): number {
  const token = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof token !== 'number' || !Number.isSafeInteger(token)) throw badTokens();
  return token;
}

function badTokens(): Error {
  return new Error('NIGHTSHIFT_LOCK_TOKENS must be a JSON object of numbers such as {"rankings":17}');
}
