import { type BranchError, type FailureClass, failureClasses, type RunError } from '../model/failures.ts';
import { indexRanges } from './index-ranges.ts';
import type { AttemptRecord, RunRecord, StepRecord } from './run-record.ts';
import { showTime } from './show-time.ts';

/** What a person needs at 03:10: where it failed, how, AWS's words, the last log lines, what to do. Empty for a run that did not fail. */
export function failureLines(record: RunRecord, timezone: string): string[] {
  const { run } = record;
  if (!['failed', 'timedOut', 'cancelled', 'notRun', 'stopping'].includes(run.status)) return [];
  const failed = failedAttempt(record);
  const what = run.error === null ? [withoutError(record, timezone)] : errorLines(run.error, record, failed);
  return [...what, ...handlerLines(run.error?.handler), ...whatToDo(record)];
}

interface Failed {
  step: StepRecord;
  attempt: AttemptRecord;
}

function errorLines(error: RunError, record: RunRecord, failed: Failed | undefined): string[] {
  const { run, executions } = record;
  const head = [...error.message.split('\n'), fact('run', `${run.id}, execution ${executions.at(-1)?.number ?? 1}`)];
  if (error.branches !== undefined) return [...head, ...branchLines(error.branches, record)];
  return [
    ...head,
    fact('step', error.step ?? failed?.step.key ?? 'none: no step had failed'),
    ...facts(error, failed),
    ...factIfAny('AWS id', error.externalId ?? failed?.attempt.externalId),
    ...logLines(error, failed),
    ...(error.stack?.split('\n').map((line) => `  | ${line}`) ?? []),
    ...cutOff(record, error),
  ];
}

/** Each branch with all that is known of it; one that was only stopped, in a line. */
function branchLines(branches: BranchError[], record: RunRecord): string[] {
  return branches.flatMap(({ branch, error }) => {
    if (error.class === 'cancelled') return ['', `${branch}: ${error.message}`];
    const failed = attemptOf(error, record);
    return [
      '',
      `${branch}: ${error.message}`,
      ...factIfAny('step', error.step),
      ...facts(error, failed),
      ...factIfAny('AWS id', error.externalId),
      ...logLines(error, failed),
      ...(error.stack?.split('\n').map((line) => `  | ${line}`) ?? []),
      ...(error.hint === record.run.error?.hint ? [] : [`  ${error.hint}`]),
    ];
  });
}

/** What went wrong with `onFailure`, on top. */
function handlerLines(error: RunError | undefined): string[] {
  if (error === undefined) return [];
  const [first = '', ...more] = error.message.split('\n');
  const details = [...more, ...(error.logTail ?? []).slice(-20), ...(error.stack?.split('\n') ?? [])];
  return ['', fact('onFailure', first), ...details.map((line) => `  | ${line}`)];
}

/** Each way of failing: its shards, class, exit code and reason. */
function facts(error: RunError, failed: Failed | undefined): string[] {
  const size = failed?.step.size ?? null;
  const failures = error.failures ?? [];
  if (failures.length === 0) {
    return [
      fact('class', error.class),
      ...factIfAny('exit code', failed?.attempt.exitCode),
      ...factIfAny('reason', failed?.attempt.reason),
    ];
  }
  return failures.flatMap((failure) => [
    fact('shard', size === null ? 'none: a single job' : `${indexRanges(failure.shards)} of ${size}`),
    fact('class', failure.class),
    fact('exit code', failure.exitCode === null ? 'none' : String(failure.exitCode)),
    fact('reason', failure.reason),
  ]);
}

/** The last lines of the first failed shard. A run of which no step failed has no such log. */
function logLines(error: RunError, failed: Failed | undefined): string[] {
  if (error.step === undefined && failed === undefined) return [];
  const log = error.log ?? failed?.attempt.log ?? null;
  const tail = error.logTail ?? failed?.attempt.logTail ?? [];
  const shard = failed?.step.size == null ? undefined : error.failures?.[0]?.shards[0];
  const whose = shard === undefined ? '' : ` (of shard ${shard})`;
  const where =
    log === null ? 'none: no container had begun to write' : `group ${log.group}, stream ${log.stream}${whose}`;
  return [fact('log', where), ...tail.slice(-20).map((line) => `  | ${line}`)];
}

/** A run that was stopped from outside: which of its work was going on then, and where to read what it printed. */
function cutOff({ run, steps }: RunRecord, error: RunError): string[] {
  if (error.step !== undefined) return [];
  const stopped = steps.filter((step) => step.status === 'stopped' || step.status === 'open').map((step) => step.key);
  if (stopped.length === 0) return [];
  return [fact('cut off', stopped.join(', ')), fact('its log', `nightshift logs ${run.id} --step ${stopped[0]}`)];
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
    case 'holiday':
      return 'It was not run: its business date is a holiday in the calendar of its schedule.';
    case 'overlap':
      return 'It was not run: a run that the schedule had started before was still open, and the job says overlap.';
    case 'skipped':
      return skippedText(record, timezone);
    case 'prerequisiteNotMet':
      return 'It was not run: a prerequisite had not succeeded in time, or was itself not run.';
    default:
      return `It ended as ${run.status}${run.reason === null ? '' : ` (${run.reason})`}${by}; no error was recorded.`;
  }
}

function skippedText({ audit }: RunRecord, timezone: string): string {
  const skip = audit.findLast((entry) => entry.action === 'skip');
  if (skip === undefined) return 'It was skipped.';
  return `It was skipped by ${skip.who} at ${showTime(skip.at, timezone)}: ${skip.reason}`;
}

function whatToDo({ run, steps }: RunRecord): string[] {
  if (run.status === 'stopping') {
    return ['', 'Its work is being stopped; it ends when AWS says that all of it has ended.'];
  }
  const hint = run.error?.hint ?? hintOf(run.reason ?? run.status);
  const goOn = steps.some((step) => step.status === 'succeeded')
    ? 'To go on after the finished steps'
    : 'To run it again';
  return ['', ...(hint === undefined ? [] : [hint]), `${goOn}: nightshift retry ${run.id}`];
}

function hintOf(reason: string): string | undefined {
  return reason in failureClasses ? failureClasses[reason as FailureClass].hint : undefined;
}

/** The attempt that the error is about. An attempt that failed and was made good by a retry is not it. */
function failedAttempt(record: RunRecord): Failed | undefined {
  const { error } = record.run;
  if (error?.attemptId !== undefined) return attemptOf(error, record);
  if (error?.class === 'jobCode' || error?.branches !== undefined) return undefined;
  return attemptsOf(record).findLast(({ step, attempt }) => step.status === 'failed' && attempt.status === 'failed');
}

function attemptOf(error: RunError, record: RunRecord): Failed | undefined {
  return attemptsOf(record).find(({ attempt }) => attempt.id === error.attemptId);
}

function attemptsOf({ steps }: RunRecord): Failed[] {
  return steps.flatMap((step) => step.attempts.map((attempt) => ({ step, attempt })));
}

function fact(name: string, value: string): string {
  return `  ${name.padEnd(11)}${value}`;
}

function factIfAny(name: string, value: string | number | null | undefined): string[] {
  return value === null || value === undefined || value === '' ? [] : [fact(name, String(value))];
}
