/** Every period of the engine and the watcher, in milliseconds. Injected by whoever wires, so that tests pass short ones. */
export interface Timings {
  /** How often a running attempt is described when no event says otherwise. */
  pollMs: number;
  /** How long a claim to submit lasts. */
  submitClaimMs: number;
  /** AWS is called only while this much of the claim is left; also the limit of the call. */
  submitMarginMs: number;
  /** After an unknown answer, the submit is repeated only this long after the claim's end, and after an empty look. */
  lookGraceMs: number;
  /** How often AWS is searched for a thing whose id is not known. */
  lookMs: number;
  /** How long a call (function, Lambda) belongs to its worker without being renewed; renewed three times as often. */
  callLeaseMs: number;
  /** A function that is told to end and does not is no longer waited for after this. */
  callGraceMs: number;
  /** How long rows claimed by a watcher stay its own. */
  checkClaimMs: number;
  /** How long a missing output line is waited for after a success. */
  collectOutputMs: number;
  /** How long the log tail is waited for after a failure. */
  collectLogMs: number;
  /** First pause between two readings of the log; doubles. */
  collectPauseMs: number;
  /** How often an open execution is described in Temporal. */
  executionLookMs: number;
  /** How often queues are swept for things that should not live. */
  sweepMs: number;
  /** Younger than this, a thing that AWS does not show is not taken for gone, and one without any row not for a stray. */
  sweepUnknownAgeMs: number;
  /** How often timeouts, slow runs, waits and clocks are looked at. */
  deadlinesMs: number;
  /** How often the leases of locks are renewed. */
  leaseMs: number;
  /** How often external latches are looked at that are to be taken or released. */
  latchMs: number;
  /** How long a claimed outbox row stays with its sender; also its first back-off. */
  outboxClaimMs: number;
  /** An attempt that no part of AWS has begun to start after this is ended as `stuckRunnable`. */
  stuckRunnableMs: number;
  /** A stop that has not ended after this raises an alert. */
  stopAlertMs: number;
  /** How often schedules are looked at for starts that did not come. */
  missedLookMs: number;
  /** A start that is due for longer than this and has no run raises an alert. */
  missedStartMs: number;
  /** How often a worker reads again what is deployed. */
  resourcesMs: number;
  /** How often backlog and heartbeat are written to CloudWatch; its alarms count in minutes. */
  metricsMs: number;
  /** A watcher whose last good round is older than this makes its worker unhealthy. */
  watcherSilenceMs: number;
  /** How long a worker that stops lets its functions and calls run before it tells them to end. */
  shutdownGraceMs: number;
  /** When a worker that stops ends although something still runs; below the 120 s that ECS gives at most. */
  shutdownForceMs: number;
}

/** The periods of production. */
export const defaultTimings: Timings = {
  pollMs: 15_000,
  submitClaimMs: 20_000,
  submitMarginMs: 10_000,
  lookGraceMs: 60_000,
  lookMs: 5_000,
  callLeaseMs: 20_000,
  callGraceMs: 30_000,
  checkClaimMs: 30_000,
  collectOutputMs: 120_000,
  collectLogMs: 15_000,
  collectPauseMs: 100,
  executionLookMs: 60_000,
  sweepMs: 60_000,
  sweepUnknownAgeMs: 120_000,
  deadlinesMs: 1_000,
  leaseMs: 60_000,
  latchMs: 1_000,
  outboxClaimMs: 10_000,
  stuckRunnableMs: 1_800_000,
  stopAlertMs: 300_000,
  missedLookMs: 60_000,
  missedStartMs: 300_000,
  resourcesMs: 60_000,
  metricsMs: 60_000,
  watcherSilenceMs: 120_000,
  shutdownGraceMs: 80_000,
  shutdownForceMs: 105_000,
};
