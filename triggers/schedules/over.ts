import type { Schedule } from '../../model/schedule.ts';
import { valuesOf } from './cron-ranges.ts';
import { parseExpression } from './expression.ts';
import { nominalStarts } from './timetable.ts';
import { scheduleWindow } from './window.ts';

const dayMs = 86_400_000;

/** True when a schedule will never start anything again: its one time, its years or its end are past. */
export function isOver(schedule: Schedule, defaultTimezone: string, now = Date.now()): boolean {
  const { endMs } = scheduleWindow(schedule);
  if (endMs !== null && endMs < now) return true;
  const parsed = parseExpression(schedule.expression);
  if (parsed.kind === 'rate') return false;
  if (parsed.kind === 'cron') {
    // A day more, since the year ends later in some zones.
    return Date.UTC(Math.max(...valuesOf(parsed.fields.year)) + 1, 0, 1) + dayMs < now;
  }
  const starts = nominalStarts(schedule, schedule.timezone ?? defaultTimezone, { from: 0, to: 0 });
  return starts.every(({ at }) => at < now);
}
