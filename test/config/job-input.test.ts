import { Type } from 'typebox';
import { checkInput, InputError } from '../../config/job-input.ts';

const job = {
  id: 'array-demo',
  input: Type.Object(
    {
      message: Type.String({ minLength: 1 }),
      items: Type.Array(Type.String()),
      day: Type.Optional(Type.String({ format: 'date' })),
      mode: Type.Optional(Type.Enum(['fast', 'safe'])),
    },
    { additionalProperties: false },
  ),
};

function refusalOf(check: () => unknown): InputError {
  try {
    check();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
  throw new Error('The input should have been refused');
}

test('an input that fits is given back as it is', () => {
  const input = { message: 'Hello!', items: ['item-A'], day: '2026-11-21', mode: 'fast' };

  expect(checkInput(job, input)).toBe(input);
});

test('every problem is told with path and expectation, and no value of the input', () => {
  const input = { items: ['item-A', 7], day: 'hunter2', mode: 'hunter2', more: 'hunter2' };

  const refusal = refusalOf(() => checkInput(job, input));

  expect(refusal.problems).toEqual(
    expect.arrayContaining([
      "input: must have required property 'message'",
      'input: must not have the property "more"',
      'input.items.1: must be string',
      'input.day: must match format "date"',
      'input.mode: must be one of "fast", "safe"',
    ]),
  );
  expect(refusal.message).toContain('The input of array-demo was refused');
  expect(refusal.message).not.toContain('hunter2');
});

test('a job without a schema takes no input', () => {
  expect(checkInput({ id: 'A' }, undefined)).toBeUndefined();
  expect(checkInput({ id: 'A' }, null)).toBeNull();
  expect(refusalOf(() => checkInput({ id: 'A' }, {})).message).toContain('this job takes none');
});

test('two jobs may use the same $id in their schemas', () => {
  const input = () => ({ $id: 'item', type: 'object' as const });

  expect(checkInput({ id: 'A', input: input() }, {})).toEqual({});
  expect(checkInput({ id: 'B', input: input() }, {})).toEqual({});
});
