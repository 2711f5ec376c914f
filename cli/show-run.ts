import { hasEnded } from '../model/run-states.ts';
import { isStale } from '../store/runs.ts';
import type { ShardRow } from '../store/shards.ts';
import { forgottenHash } from '../store/step-marks.ts';
import { indexRanges } from './index-ranges.ts';
import type { OpenWait, RunRecord, StepRecord } from './run-record.ts';
import { failureLines } from './show-failure.ts';
import { showValue } from './show-result.ts';
import { showTime, showTook } from './show-time.ts';
import { textTable } from './text-table.ts';

/** A reason in a row of attempts; `What went wrong` has the whole. */
const longestReason = 100;

/** Everything of a run, as the person on call reads it: what it is, what went wrong, what to do, then the details. */
export function runRecordLines(record: RunRecord, timezone: string): string[] {
  return [
    ...headLines(record, timezone),
    ...section('Waits', waitLines(record, timezone)),
    ...section('What went wrong', failureLines(record, timezone)),
    ...section('Steps', record.steps.flatMap(stepLines)),
    ...section('Result', resultLines(record)),
    ...section(
      'Alerts',
      record.alerts.map(({ rule, channels, detail, createdAt }) =>
        [
          showTime(createdAt, timezone),
          rule,
          channels.join(', ') || 'no channel',
          detail === null ? '' : JSON.stringify(detail),
        ]
          .join('  ')
          .trimEnd(),
      ),
    ),
    ...section('Executions', executionLines(record, timezone)),
    ...section(
      'Audit',
      record.audit.map(({ at, who, action, reason }) =>
        [showTime(at, timezone), who, action, reason ?? ''].join('  ').trimEnd(),
      ),
    ),
  ];
}

function headLines({ run }: RunRecord, timezone: string): string[] {
  const reason = run.reason === null || run.reason === run.status ? '' : ` (${run.reason})`;
  const facts: [string, string][] = [
    ['business date', run.date],
    ['status', `${run.status}${reason}${isStale(run) ? ', stale' : ''}`],
    ['stale since', isStale(run) ? `${showTime(run.staleSince, timezone)}: a prerequisite has run again after it` : ''],
    ['started', showTime(run.startedAt, timezone)],
    ['ended', showTime(run.endedAt, timezone)],
    ['took', showTook(run)],
    ['ends at', hasEnded(run.status) ? '' : showTime(run.timeoutAt, timezone)],
    ['generation', String(run.generation)],
    ['input', run.input === null ? '' : JSON.stringify(run.input)],
    ['records', run.records === null ? '' : String(run.records)],
  ];
  const known = facts.filter(([, value]) => value !== '');
  return [`${run.id}  (times in ${timezone})`, ...known.map(([name, value]) => `  ${name.padEnd(14)}${value}`)];
}

function waitLines({ run, waits, executions }: RunRecord, timezone: string): string[] {
  if (run.status !== 'waiting') return [];
  const since = `since ${showTime(executions.at(-1)?.createdAt ?? run.createdAt, timezone)}`;
  const until = run.waitUntil === null ? '' : `, at most until ${showTime(run.waitUntil, timezone)}`;
  if (waits.length === 0) return [`to be taken up by a worker ${since}${until}`];
  return waits.map((wait) => `${waitText(wait)} ${since}${until}`);
}

function waitText({ kind, name, behind }: OpenWait): string {
  if (kind === 'clock') return `for the clock to show ${name}`;
  if (kind === 'overlap') return `for the end of ${behind.join(', ') || `another run of ${name}`}`;
  if (kind === 'prerequisite') return `for ${behind.join(', ') || name}`;
  return `for the lock ${name}${behind.length > 0 ? `, behind ${[...new Set(behind)].join(', ')}` : ''}`;
}

function stepLines(step: StepRecord): string[] {
  const took = showTook({ startedAt: step.createdAt, endedAt: step.endedAt });
  const shards = step.size === null ? '' : `, ${shardCounts(step.shards)}`;
  if (step.inputHash === forgottenHash) return [`${step.key}  to run again`];
  const head = `${step.key}  ${step.status === 'open' ? 'running' : step.status} in ${took}${shards}`.replace(
    / in (.*) so far/,
    ' for $1',
  );
  const attempts = step.attempts.map((attempt) => [
    `attempt ${attempt.number}`,
    attempt.status,
    attempt.class ?? '',
    attempt.exitCode === null ? '' : `exit code ${attempt.exitCode}`,
    step.size === null ? '' : `shards ${indexRanges(attempt.shards)}`,
    showTook(attempt),
    attempt.externalId ?? 'not in AWS',
    attempt.reason?.slice(0, longestReason) ?? '',
  ]);
  const [, ...rows] = textTable(['', '', '', '', '', '', '', ''], attempts);
  return [head, ...rows.map((row) => `  ${row}`)];
}

/** `3 succeeded, 2 failed (0,7)`. */
function shardCounts(shards: readonly ShardRow[]): string {
  const indexes = (status: ShardRow['status']) =>
    shards.filter((shard) => shard.status === status).map(({ index }) => index);
  const failed = indexes('failed');
  const counts = [
    [indexes('succeeded').length, 'succeeded'],
    [indexes('pending').length, 'pending'],
    [failed.length, `failed (${indexRanges(failed)})`],
  ] as const;
  const there = counts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`);
  return `${shards.length} shards: ${there.join(', ')}`;
}

function resultLines({ run }: RunRecord): string[] {
  if (run.result === null || run.result === undefined) return [];
  const lines: string[] = [];
  showValue(run.result, (line) => lines.push(line.replace(/^ {2}/, '')));
  return lines;
}

function executionLines({ executions }: RunRecord, timezone: string): string[] {
  return executions.map(({ number, status, closedAs, createdAt, endedAt }) => {
    const end = endedAt === null ? '' : `, ended ${showTime(endedAt, timezone)}`;
    const superseded = closedAs === 'superseded' ? ', superseded by the next' : '';
    return `${number}  ${status}, begun ${showTime(createdAt, timezone)}${end}${superseded}`;
  });
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`.trimEnd())];
}
