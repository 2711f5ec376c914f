import type { Outcome } from './one-run.ts';

/** The table of docs/kill-points.md: one row a point. */
export function reportOf(outcomes: readonly Outcome[]): string {
  const rows = [...outcomes].sort(byPlace).map(({ point, boot, first, reached, faults }) => {
    const when = first ? `repairing ${first.side} ${first.name}` : boot ? 'starting' : `${point.occurrence}`;
    const what = `${point.service} | ${code(point.name)} | ${point.side} | ${when}`;
    return `| ${what} | ${reached ? verdict(faults) : 'not reached'} |`;
  });
  const good = outcomes.filter(({ reached, faults }) => reached && faults.length === 0).length;
  return [
    '# Kill points of the fan-in',
    '',
    'Written by `npm run kill-points`. One run of the job with one build, two ECS tasks and a last build for each row; its',
    'worker got SIGKILL before the call was passed on, or after its answer had come and before the worker heard it; another',
    'worker went on. "ok": the run succeeded in its first execution with the right result; each build and each task was made',
    'once and ran once, the last build after the others; nothing is left running; no alert, no attempt but the four.',
    '',
    'The last column but one: at which occurrence in the run; or while the worker starts; or while it repairs what the death',
    'of another one at the named call has left.',
    '',
    `${good} of ${outcomes.length} are ok.`,
    '',
    '| service | call | side | when | |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function verdict(faults: readonly string[]): string {
  return faults.length === 0 ? 'ok' : faults.join('; ').replaceAll('|', '/');
}

function code(name: string): string {
  return `\`${name.replaceAll('|', '/').replaceAll('`', "'")}\``;
}

function byPlace({ point: a }: Outcome, { point: b }: Outcome): number {
  const text = ({ service, name, side }: Outcome['point']) => `${service} ${name} ${side === 'before' ? 0 : 1}`;
  return text(a).localeCompare(text(b)) || a.occurrence - b.occurrence;
}
