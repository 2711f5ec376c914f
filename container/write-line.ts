import { writeSync } from 'node:fs';

const stdout = 1;
const pauseMs = 5;

/**
 * Writes one JSON value as one line to stdout, and returns only when the system has all of it: the process may end
 * right after, and `console.log` to a pipe would then lose the line.
 * Throws when the value is no JSON (a bigint, a cycle) or stdout is closed.
 */
export function writeLine(value: unknown): void {
  let rest = Buffer.from(`${JSON.stringify(value)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSome(rest));
}

/** A pipe whose reader is slow answers EAGAIN when something made it non-blocking; it has room again soon. */
function writeSome(bytes: Buffer): number {
  try {
    return writeSync(stdout, bytes);
  } catch (error) {
    if (!isAgain(error)) throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
    return 0;
  }
}

function isAgain(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
