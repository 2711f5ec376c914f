import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { DerivedRole } from '../rights/statement.ts';
import { ConfigError, zodProblems } from './config-error.ts';

/** The file that says which rights the last release had, in the project's folder. It is committed. */
export const rightsLockFile = 'rights.lock.json';

const texts = z.array(z.string()).min(1);
const conditions = z.record(z.string(), z.record(z.string(), z.union([z.string(), z.array(z.string())])));
const schema = z.strictObject({
  version: z.literal(1),
  roles: z.record(
    z.string(),
    z.strictObject({
      title: z.string(),
      trusts: z.enum(['ecs-tasks.amazonaws.com', 'codebuild.amazonaws.com', 'lambda.amazonaws.com']),
      statements: z.array(
        z.strictObject({
          ...{ sid: z.string(), actions: texts, resources: texts, neededBy: texts },
          conditions: conditions.optional(),
        }),
      ),
    }),
  ),
});

/**
 * The roles of the last release; undefined when the project has no such file.
 * @throws ConfigError when it cannot be read, or is not what `--accept` writes.
 */
export async function readRightsLock(directory: string): Promise<DerivedRole[] | undefined> {
  const content = await readFile(join(directory, rightsLockFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw wrong([`cannot be read (${error.code})`]);
  });
  if (content === undefined) return undefined;
  const parsed = schema.safeParse(parseJson(content));
  if (!parsed.success) throw wrong(zodProblems(parsed.error));
  return Object.entries(parsed.data.roles).map(([name, role]) => ({
    ...{ name, title: role.title, trusts: role.trusts },
    statements: role.statements.map(({ conditions: asked, ...statement }) => ({
      ...statement,
      ...(asked === undefined ? {} : { conditions: asked }),
    })),
  }));
}

/** Writes them as the rights of this release. */
export async function writeRightsLock(directory: string, roles: readonly DerivedRole[]): Promise<void> {
  const lock = { version: 1, roles: Object.fromEntries(roles.map(({ name, ...role }) => [name, role])) };
  await writeFile(join(directory, rightsLockFile), `${JSON.stringify(lock, null, 2)}\n`);
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw wrong(['is not JSON']);
  }
}

function wrong(problems: string[]): ConfigError {
  const hint = 'take it from version control, or write it again with: nightshift check --rights --accept';
  return new ConfigError(`${rightsLockFile} is not right`, [...problems, hint]);
}
