/** Where a run is. `expected`: a prerequisite has closed, the run itself has not started. */
export const runStatuses = [
  'expected',
  'waiting',
  'running',
  'stopping',
  'succeeded',
  'failed',
  'timedOut',
  'cancelled',
  'notRun',
] as const;
export type RunStatus = (typeof runStatuses)[number];

/** Statuses in which a run has an open execution. */
export const openStatuses = ['waiting', 'running', 'stopping'] as const satisfies RunStatus[];

/** Why a run is being stopped, or was not run. The first reason wins. */
export type StopReason = 'cancelled' | 'timedOut' | 'failed' | 'taskNotAwaited' | 'terminated' | 'temporalLost';
export type NotRunReason = 'lockBusy' | 'prerequisiteNotMet' | 'skipped' | 'holiday' | 'overlap';

/** Reasons that are a decision about the date, a person's or the calendar's: what runs many dates at once does not overrule them. */
const decidedReasons: readonly (string | null)[] = ['skipped', 'holiday'];

/** True for a run that was left out on purpose. */
export function isLeftOut({ status, reason }: { status: RunStatus; reason: string | null }): boolean {
  return status === 'notRun' && decidedReasons.includes(reason);
}

/** True when the run has no open execution and will not move without a person or a schedule. */
export function hasEnded(status: RunStatus): boolean {
  return status !== 'expected' && !(openStatuses as readonly RunStatus[]).includes(status);
}

/** How a run that stops for this reason ends. */
export function endOf(reason: StopReason): 'failed' | 'timedOut' | 'cancelled' {
  return reason === 'cancelled' || reason === 'timedOut' ? reason : 'failed';
}

/** True when a job's `onFailure` hears of a run that stops for this reason. Not of a person's cancel; a workflow that is gone cannot run it. */
export function handlesEnd(reason: StopReason): boolean {
  return reason === 'failed' || reason === 'timedOut' || reason === 'taskNotAwaited';
}

/** An attempt's status. Live: starting, running, stopping; its work may still go on in AWS. */
export type AttemptStatus = 'starting' | 'running' | 'stopping' | 'collecting' | 'succeeded' | 'failed' | 'stopped';
