import { z } from 'zod';
import { stackSchema } from '../../pulumi/config/stack-config.ts';
import { firstColumn, sectionOf, textOf } from './documents.ts';

test('the document lists every key of a stack configuration, in the order of the schema, and no other', () => {
  expect(firstColumn(sectionOf(textOf('docs/aws.md'), 'Stack configuration'))).toEqual(keysOf(stackSchema));
});

/** `batch.fairShare.weights`; of a key with several forms those of each. */
function keysOf(schema: z.ZodType, before = ''): string[] {
  if (schema instanceof z.ZodOptional) return keysOf(schema.unwrap() as z.ZodType, before);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => keysOf(option as z.ZodType, before));
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).flatMap(([key, inner]) => [
    `${before}${key}`,
    ...keysOf(inner, `${before}${key}.`),
  ]);
}
