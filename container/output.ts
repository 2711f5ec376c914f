import { attemptId } from './environment.ts';
import { shardIndex } from './shard.ts';
import { writeLine } from './write-line.ts';

/** What `finish` says besides the output. */
export interface FinishOptions {
  /** How many records this process worked on. They are added up over the shards and compared with the last date's. */
  records?: number;
}

let finished: FinishOptions | undefined;

/**
 * Says how far the work is, for those who watch: `done` of `total` records. Without a total, just `done`.
 * Throws when a number is no whole number of 0 or more.
 */
export function progress(done: number, total?: number): void {
  checkCount('done', done);
  if (total !== undefined) checkCount('total', total);
  print({ progress: total === undefined ? { done } : { done, total } });
}

/**
 * Hands over the output of this process, once. It is read from stdout after a successful end, so call it last.
 * Throws at the second call, or when the output is no JSON; nothing is printed then.
 */
export function finish(output: unknown, options: FinishOptions = {}): void {
  if (finished) throw new Error('finish() was called before; a process has one output');
  if (options.records !== undefined) checkCount('records', options.records);
  // JSON has no undefined and no functions: left as they are, the line would have no output at all.
  const value = output === undefined ? null : output;
  if (JSON.stringify(value) === undefined) throw new TypeError(`The output must be JSON, got a ${typeof value}`);
  print({ output: value, ...options });
  finished = options;
}

/** The records that `finish` was told; undefined before it, or when it was told none. */
export function finishedRecords(): number | undefined {
  return finished?.records;
}

/** The one form of the lines that Nightshift looks for in the log, by attempt id. */
function print(said: object): void {
  writeLine({ nightshift: { attempt: attemptId(process.env), shard: shardIndex(process.env), ...said } });
}

function checkCount(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 0) {
    throw new RangeError(`${name} must be a whole number of 0 or more, got ${String(value)}`);
  }
}
