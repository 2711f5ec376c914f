import type { Scope } from './scope.ts';
import type { Servers } from './servers.ts';

/** One line of the table. */
export interface Row {
  /** What was measured, in words. */
  what: string;
  measured: number;
  /** Of `measured` and of the reference's value. */
  unit: string;
  /** What it is compared with, taken in the same run; null for rows that only inform. */
  reference: { what: string; value: number } | null;
  /** What is to be reached: `measured` at most this many times the reference. Null for rows that only inform. */
  atMost: number | null;
}

/** What a benchmark works with. */
export interface Bench {
  /** Releases whatever the benchmark starts, also when it breaks or is interrupted. */
  scope: Scope;
  /** Temporal and Postgres of this run of the benchmarks, started when first asked for. */
  servers: Servers;
  /** The folder of the project that is measured. */
  directory: string;
  /** Tells what is going on. */
  progress: (line: string) => void;
}

/** One question about speed or size. */
export interface Benchmark {
  /** By which it is chosen on the command line. */
  name: string;
  /** @throws when it could not be carried out. A missed target is no error. */
  measure(bench: Bench): Promise<Row[]>;
}

/** How often each measured thing is repeated: the median counts. */
export const repeats = 3;

/** A row whose target is a fixed number. */
export function rowWithLimit(row: { what: string; measured: number; unit: string; limit: number }): Row {
  const { limit, ...rest } = row;
  return { ...rest, reference: { what: 'fixed', value: limit }, atMost: 1 };
}

/** A row that has no target: for scale. */
export function rowForScale(row: { what: string; measured: number; unit: string }): Row {
  return { ...row, reference: null, atMost: null };
}

/** How many times the reference; null without one. */
export function ratioOf(row: Row): number | null {
  return row.reference === null ? null : row.measured / row.reference.value;
}

/** Null for rows without a target. */
export function isReached(row: Row): boolean | null {
  const ratio = ratioOf(row);
  return ratio === null || row.atMost === null ? null : ratio <= row.atMost;
}
