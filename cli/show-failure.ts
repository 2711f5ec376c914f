import { type FailureClass, failureClasses, type RunError } from '../model/failures.ts';
import type { LogStream } from '../compute/port.ts';
import { indexRanges } from './index-ranges.ts';
import type { AttemptRecord, RunRecord, StepRecord } from './run-record.ts';
import { showTime } from './show-time.ts';

/** What a person needs at 03:10: where it failed, how, AWS's words, the last log lines, what to do. Empty for a run that did not fail. */
export function failureLines(record: RunRecord, timezone: string): string[] {
  const { run } = record;
  if (!['failed', 'timedOut', 'cancelled', 'notRun', 'stopping'].includes(run.status)) return [];
  const failed = failedAttempt(record);
  const what = run.error === null ? [withoutError(record, timezone)] : errorLines(run.error, record, failed);
  return [...what, ...whatToDo(record)];
}

interface Failed {
  step: StepRecord;
  attempt: AttemptRecord;
}

function errorLines(error: RunError, record: RunRecord, failed: Failed | undefined): string[] {
  const { run, executions } = record;
  const step = error.step ?? failed?.step.key;
  const log = error.log ?? failed?.attempt.log ?? null;
  const tail = error.logTail ?? failed?.attempt.logTail ?? [];
  return [
    error.message,
    fact('run', `${run.id}, execution ${executions.at(-1)?.number ?? 1}`),
    fact('step', step ?? 'none: no step had failed'),
    ...facts(error, failed),
    ...fact0('AWS id', error.externalId ?? failed?.attempt.externalId),
    ...logLines(tail, log),
    ...fact0('stack', error.stack?.split('\n').join('\n')),
    ...stoppedWork(record, error),
  ].flatMap((line) => line.split('\n'));
}

/** Each way of failing: its shards, class, exit code and reason. */
function facts(error: RunError, failed: Failed | undefined): string[] {
  const size = failed?.step.size ?? null;
  const failures = error.failures ?? [];
  if (failures.length === 0) {
    return [fact('class', error.class), ...fact0('exit code', failed?.attempt.exitCode), ...fact0('reason', failed?.attempt.reason)];
  }
  return failures.flatMap((failure) => [
    fact('shard', size === null ? 'none: a single job' : `${indexRanges(failure.shards)} of ${size}`),
    fact('class', failure.class),
    fact('exit code', failure.exitCode === null ? 'none' : String(failure.exitCode)),
    fact('reason', failure.reason),
  ]);
}

function logLines(tail: readonly string[], log: LogStream | null): string[] {
  const where = log === null ? 'none: the container wrote no log' : `group ${log.group}, stream ${log.stream}`;
  return [fact('log', where), ...tail.slice(-20).map((line) => `  | ${line}`)];
}

/** A run that was stopped from outside: which of its work was cut off. */
function stoppedWork({ steps }: RunRecord, error: RunError): string[] {
  if (error.step !== undefined) return [];
  const stopped = steps.filter((step) => step.status === 'stopped' || step.status === 'open').map((step) => step.key);
  return stopped.length === 0 ? [] : [fact('cut off', stopped.join(', '))];
}

/** Nothing failed by itself, or nothing is known of it: said in words. */
function withoutError(record: RunRecord, timezone: string): string {
  const { run, audit, steps } = record;
  const stop = audit.findLast((entry) => entry.action.startsWith('stop'));
  const by = stop === undefined ? '' : ` by ${stop.who} at ${showTime(stop.at, timezone)}`;
  const stopped = steps.filter((step) => step.status === 'stopped').map((step) => step.key);
  const cut = stopped.length === 0 ? 'no step was cut off' : `cut off: ${stopped.join(', ')}`;
  switch (run.reason ?? run.status) {
    case 'cancelled':
      return `Cancelled${by}; ${cut}. It did not fail by itself: there is no error to show.`;
    case 'timedOut':
      return `It took longer than its job's timeout and was stopped${by}; ${cut}.`;
    case 'lockBusy':
      return 'It was not run: another run held a lock that it needs.';
    case 'prerequisiteNotMet':
      return 'It was not run: a prerequisite had not succeeded in time, or was itself not run.';
    default:
      return `It ended as ${run.status}${run.reason === null ? '' : ` (${run.reason})`}${by}; no error was recorded.`;
  }
}

function whatToDo({ run }: RunRecord): string[] {
  if (run.status === 'stopping') return ['', 'Its work is being stopped; it ends when AWS says that all of it has ended.'];
  const hint = run.error?.hint ?? hintOf(run.reason ?? run.status);
  return ['', ...(hint === undefined ? [] : [hint]), `To go on after the finished steps: nightshift retry ${run.id}`];
}

function hintOf(reason: string): string | undefined {
  return reason in failureClasses ? failureClasses[reason as FailureClass].hint : undefined;
}

/** The attempt that the error is about; without one in the error, the last that failed. */
function failedAttempt({ run, steps }: RunRecord): Failed | undefined {
  const all = steps.flatMap((step) => step.attempts.map((attempt) => ({ step, attempt })));
  const named = all.find(({ attempt }) => attempt.id === run.error?.attemptId);
  return named ?? all.findLast(({ attempt }) => attempt.status === 'failed');
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(11)}${value}`;
}

function fact0(name: string, value: string | number | null | undefined): string[] {
  return value === null || value === undefined || value === '' ? [] : [fact(name, String(value))];
}
