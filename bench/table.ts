import { isReached, type Row, ratioOf } from './benchmark.ts';

/** A row and the benchmark that gave it. */
export interface NamedRow extends Row {
  benchmark: string;
}

const heads = ['benchmark', 'what', 'measured', 'reference', 'ratio', 'target', 'reached'];

/** The rows as text, one line each, under a line of heads. */
export function formatTable(rows: readonly NamedRow[]): string {
  const lines = [heads, ...rows.map(cells)];
  const widths = heads.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function cells(row: NamedRow): string[] {
  const { reference, atMost, unit } = row;
  const ratio = ratioOf(row);
  const reached = isReached(row);
  return [
    row.benchmark,
    row.what,
    `${short(row.measured)} ${unit}`,
    reference === null ? '' : `${short(reference.value)} ${unit} (${reference.what})`,
    ratio === null ? '' : `${ratio.toFixed(2)}x`,
    atMost === null ? '' : `<= ${atMost}x`,
    reached === null ? '' : reached ? 'yes' : 'NO',
  ];
}

function short(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
