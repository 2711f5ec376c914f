import { z } from 'zod';

/** What to write, with an example: every refusal of a stack's configuration says it. */
export const expected = (what: string, example: unknown) => `write ${what}, such as ${JSON.stringify(example)}`;

/** A text that matches. */
export const text = (what: string, example: string, pattern = /./) => {
  const message = expected(what, example);
  return z.string(message).regex(pattern, message);
};

/** A whole number within limits. */
export const count = (from: number, to: number, example: number) => {
  const message = expected(`a whole number from ${from} to ${to}`, example);
  return z.int(message).min(from, message).max(to, message);
};

/** True or false. */
export const yesOrNo = z.boolean('write true or false');

/** The ARN of a thing of an AWS service. */
export const arn = (service: string, example: string) =>
  text('an ARN', example, new RegExp(`^arn:aws:${service}:[a-z0-9-]+:\\d{12}:.+$`));

/** An object with these keys alone; one that is not known is answered with those that are. */
export const keys = <S extends z.ZodRawShape>(shape: S) =>
  z.strictObject(shape, {
    error: ({ code }) => `${code === 'unrecognized_keys' ? 'no such key; ' : ''}write ${Object.keys(shape).join(', ')}`,
  });

/** A list that names each thing once. */
export const onceEach = (item: z.ZodType<string>, [least, most]: [number, number], size: string) =>
  z
    .array(item, size)
    .min(least, size)
    .max(most, size)
    .refine((items) => new Set(items).size === items.length, `names one twice; ${size}`);
