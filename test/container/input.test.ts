import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { input } from '../../container/input.ts';

function withFile(content: string, use: (file: string) => void): void {
  const folder = mkdtempSync(path.join(tmpdir(), 'input-'));
  try {
    writeFileSync(path.join(folder, 'input.json'), content);
    use(path.join(folder, 'input.json'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const pointer = (file: string) => ({ JOB_INPUT: JSON.stringify({ nightshiftInput: { file } }) });

describe('input', () => {
  test('the JSON of JOB_INPUT is given, whatever its kind', () => {
    expect(input({ JOB_INPUT: '{"date":"2026-11-21"}' })).toEqual({ date: '2026-11-21' });
    expect(input({ JOB_INPUT: 'null' })).toBeNull();
    expect(input({ JOB_INPUT: '[1]' })).toEqual([1]);
  });

  test('a pointer is followed to its file', () => {
    withFile('{"items":["item-A"]}', (file) => expect(input(pointer(file))).toEqual({ items: ['item-A'] }));
  });

  test('a file with an input for each shard gives this shard its own', () => {
    const shards = JSON.stringify({ nightshiftInput: { shards: { 0: 'first', 3: 'fourth' } } });
    const env = { AWS_BATCH_JOB_ARRAY_INDEX: '1', NIGHTSHIFT_SHARD_MAP: 'CQ==', NIGHTSHIFT_SHARD_COUNT: '4' };
    withFile(shards, (file) => expect(input({ ...pointer(file), ...env })).toBe('fourth'));
  });

  test('an input that only looks like a pointer is an input', () => {
    const given = { nightshiftInput: { file: '/x' }, more: 1 };
    expect(input({ JOB_INPUT: JSON.stringify(given) })).toEqual(given);
  });

  test('a missing input says how to give one', () => {
    expect(() => input({})).toThrow('JOB_INPUT is not set');
    expect(() => input({ JOB_INPUT: '' })).toThrow('JOB_INPUT is not set');
  });

  test('a pointer to a missing file names the file', () => {
    expect(() => input(pointer('/nowhere/input.json'))).toThrow(
      "The input's file cannot be read [file=/nowhere/input.json]",
    );
  });

  test('a pointer of a newer kind is refused', () => {
    expect(() => input({ JOB_INPUT: '{"nightshiftInput":{"ftp":"bucket/key"}}' })).toThrow(
      'points at the input in a way',
    );
  });

  test('the error about broken JSON does not repeat it, in its causes neither', () => {
    const told = (use: () => unknown) => {
      try {
        return String(use());
      } catch (error) {
        return `${String(error)} ${String((error as Error).cause)}`;
      }
    };
    const message = told(() => input({ JOB_INPUT: 'hunter2' }));
    expect(message).toContain('The input is not JSON [source=JOB_INPUT, characters=7]');
    expect(message).not.toContain('hunter2');
    withFile('hunter2', (file) => expect(told(() => input(pointer(file)))).not.toContain('hunter2'));
  });
});
