import { defaultTimings, type Timings } from '../../model/timings.ts';

/** Shorter periods: the local AWS lists at once, answers at once, and costs nothing to ask. */
export const localTimings: Timings = {
  ...defaultTimings,
  pollMs: 2_000,
  submitClaimMs: 15_000,
  lookGraceMs: 1_000,
  lookMs: 500,
  sweepUnknownAgeMs: 5_000,
  collectPauseMs: 50,
  executionLookMs: 5_000,
  // A person waits at the terminal.
  shutdownGraceMs: 12_000,
  shutdownForceMs: 20_000,
};
