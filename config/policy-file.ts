import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { conditionOperators } from '../rights/allows.ts';
import type { PolicyDocument } from '../rights/statement.ts';
import { ConfigError, zodProblems } from './config-error.ts';

const oneOrMore = (what: string) =>
  z.union(
    [z.string(), z.array(z.string()).min(1, `write ${what}, or a list of them`)],
    `write ${what}, or a list of them`,
  );
const value = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const operator = z
  .string()
  .refine((name) => (conditionOperators as readonly string[]).includes(name.replace(/IfExists$/, '')), {
    error: ({ input }) =>
      `the operator ${input} cannot be judged; known are ${conditionOperators.join(', ')}, each also with IfExists`,
  });
const unread = (name: string) => z.never(`${name} is not read here; write what is meant without "Not"`).optional();
const statement = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(['Allow', 'Deny'], 'write "Allow" or "Deny"'),
    Action: oneOrMore('an action, such as "iam:PassRole"'),
    Resource: oneOrMore('an ARN, or "*"'),
    Condition: z.record(operator, z.record(z.string(), z.union([value, z.array(value).min(1)]))).optional(),
    NotAction: unread('NotAction'),
    NotResource: unread('NotResource'),
  })
  // Whether such a one holds in a call depends on keys that nobody knows here.
  .refine(({ Effect, Condition }) => Effect === 'Allow' || Condition === undefined, {
    path: ['Condition'],
    error:
      'a Deny under a condition cannot be judged; take the statement out of a copy of the file, and look at it by yourself',
  });
const policy = z.object(
  {
    Version: z.literal('2012-10-17', 'write "2012-10-17"').default('2012-10-17'),
    // AWS takes a single statement without the brackets.
    Statement: z.preprocess((given) => (isOne(given) ? [given] : given), z.array(statement)),
  },
  'is no policy document; write {"Version": "2012-10-17", "Statement": [...]}',
);

/**
 * Reads an IAM policy of an identity.
 * @throws ConfigError when the file is missing, is not JSON, or is no policy that can be judged.
 */
export async function readPolicy(path: string): Promise<PolicyDocument> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw wrong(path, [`cannot be read (${error.code}); write the path of an IAM policy document in JSON`]);
  });
  const parsed = policy.safeParse(parseJson(path, content));
  if (!parsed.success) throw wrong(path, zodProblems(parsed.error));
  const { Version, Statement } = parsed.data;
  return {
    Version,
    Statement: Statement.map(({ Sid, Effect, Action, Resource, Condition }) => ({
      ...{ Effect, Action, Resource },
      ...(Sid === undefined ? {} : { Sid }),
      ...(Condition === undefined ? {} : { Condition }),
    })),
  };
}

function isOne(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw wrong(path, [`is not JSON: ${(error as Error).message}`]);
  }
}

function wrong(path: string, problems: string[]): ConfigError {
  return new ConfigError(`The policy ${path} is not right`, problems);
}
