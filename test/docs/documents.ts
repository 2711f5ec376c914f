import { readFileSync } from 'node:fs';
import path from 'node:path';

/** The repository. */
export const root = path.resolve(import.meta.dirname, '../..');

/** A file of the repository, as text. */
export function textOf(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** The part of a Markdown text under a heading, up to the next heading of the same or a higher level. */
export function sectionOf(markdown: string, heading: string): string {
  const lines = markdown.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`There is no heading "${heading}"`);
  const level = lines[start]?.indexOf(' ') ?? 1;
  const end = lines.findIndex((line, index) => index > start && /^#+ /.test(line) && line.indexOf(' ') <= level);
  return lines.slice(start + 1, end < 0 ? undefined : end).join('\n');
}

/** The cells of the tables in a Markdown text, row by row, without heads. */
export function rowsOf(markdown: string): string[][] {
  const lines = markdown.split('\n').filter((line) => line.startsWith('|'));
  const isRule = (line: string | undefined) => line !== undefined && /^\|([ :-]+\|)+$/.test(line);
  return lines
    .filter((line, index) => !isRule(line) && !isRule(lines[index + 1]))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

/** The code in a table cell, such as `--once [jobs...]`; all of it when there are several pieces. */
export function codesIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The first column of the tables in a text, as code. */
export function firstColumn(markdown: string): string[] {
  return rowsOf(markdown).flatMap(([cell = '']) => codesIn(cell));
}
