import { readOutputLine } from '../../compute/logs/output-line.ts';

const said = (fields: object) => JSON.stringify({ nightshift: { attempt: 'a1', shard: 3, ...fields } });

describe('an output line', () => {
  test('carries shard, output and records', () => {
    const line = said({ output: { users: 5 }, records: 25_000 });

    expect(readOutputLine(line, 'a1')).toEqual({ shard: 3, output: { users: 5 }, records: 25_000 });
  });

  test('may have the output null, and no records', () => {
    expect(readOutputLine(said({ output: null }), 'a1')).toEqual({ shard: 3, output: null });
  });

  test.each([
    ['of another attempt', said({ attempt: 'a2', output: 1 })],
    ['of progress', said({ progress: { done: 1 } })],
    ['cut off', said({ output: 1 }).slice(0, -2)],
    ['of plain text', 'done'],
    ['of another JSON', '{"level":30,"nightshift":"a1"}'],
    ['of JSON null', 'null'],
    ['without a shard', said({ shard: undefined })],
    ['with a shard that is no whole number', said({ shard: -1 })],
  ])('is not one %s', (_kind, line) => {
    expect(readOutputLine(line, 'a1')).toBeNull();
  });

  test('loses records that are no count, not its output', () => {
    expect(readOutputLine(said({ output: 1, records: 'many' }), 'a1')).toEqual({ shard: 3, output: 1 });
  });
});
