import type { Timings } from '../../model/timings.ts';

/** Short periods: a test waits for states, and these decide how soon they come. */
export const testTimings: Timings = {
  pollMs: 400,
  submitClaimMs: 3_000,
  submitMarginMs: 1_000,
  lookGraceMs: 1_000,
  lookMs: 150,
  checkClaimMs: 3_000,
  collectOutputMs: 3_000,
  collectLogMs: 2_000,
  collectPauseMs: 30,
  executionLookMs: 500,
  sweepMs: 500,
  sweepUnknownAgeMs: 1_000,
  deadlinesMs: 100,
  leaseMs: 300,
  latchMs: 100,
  outboxClaimMs: 1_000,
  callLeaseMs: 1_500,
  callGraceMs: 2_000,
  stuckRunnableMs: 1_800_000,
  stopAlertMs: 3_000,
  missedLookMs: 500,
  missedStartMs: 1_000,
};
