import { formatMs } from '../model/duration.ts';
import type { RunView } from './follow-run.ts';

/** Prints what a finished run gave: steps and how long each took, its result or its error, where to look further. */
export function showResult({ run, steps }: RunView, write: (line: string) => void): void {
  for (const step of steps) {
    const took = step.endedAt === null ? '' : formatMs(step.endedAt.getTime() - step.createdAt.getTime());
    write(`  ${step.key.padEnd(24)} ${step.status.padEnd(10)} ${took}`);
  }
  if (run.status === 'succeeded') showValue(run.result, write);
  else if (run.error !== null) {
    for (const line of run.error.message.split('\n')) write(`  ${line}`);
    for (const line of run.error.logTail ?? []) write(`  | ${line}`);
    for (const { branch, error } of run.error.branches ?? []) {
      for (const line of error.logTail ?? []) write(`  ${branch} | ${line}`);
    }
    write(`  ${run.error.hint}`);
    if (run.error.handler !== undefined) write(`  onFailure: ${run.error.handler.message}`);
    showValue(run.result, write);
  }
}

/** A result as a person reads it: fields a line each, lists of records as a table. */
export function showValue(value: unknown, write: (line: string) => void): void {
  if (typeof value !== 'object' || value === null) {
    if (value !== null && value !== undefined) write(`  ${String(value)}`);
    return;
  }
  for (const [name, field] of Object.entries(value)) {
    if (Array.isArray(field) && field.every(isRecord)) showTable(name, field, write);
    else write(`  ${name}: ${typeof field === 'object' ? JSON.stringify(field) : String(field)}`);
  }
}

function showTable(name: string, rows: Record<string, unknown>[], write: (line: string) => void) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...cells.map((row) => row[index]?.length ?? 0)),
  );
  const line = (row: string[]) => row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join('  ');
  write(`  ${name}:`);
  write(`    ${line(columns)}`);
  for (const row of cells) write(`    ${line(row)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
