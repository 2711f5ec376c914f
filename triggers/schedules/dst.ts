import type { DstPolicy, Schedule } from '../../model/schedule.ts';
import { valuesOf } from './cron-ranges.ts';
import { parseExpression } from './expression.ts';

/**
 * The policy with its defaults. A job that starts in every hour has a start in the repeated hour, too: without it there
 * would be a hole of two hours. For all others a repeated time is one time.
 */
export function dstPolicy({ dst, expression }: Pick<Schedule, 'dst' | 'expression'>): Required<DstPolicy> {
  return {
    missing: dst?.missing ?? 'shift',
    repeated: dst?.repeated ?? (startsEveryHour(expression) ? 'both' : 'first'),
  };
}

function startsEveryHour(expression: string): boolean {
  const parsed = parseExpression(expression);
  return parsed.kind === 'cron' && valuesOf(parsed.fields.hour).length === 24;
}
