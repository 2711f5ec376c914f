import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { Config, LocalConfig } from '../model/config.ts';
import { isBusinessDate } from '../model/run-id.ts';
import { isTimezone } from '../triggers/timezone.ts';
import { ConfigError, zodProblems } from './config-error.ts';
import { shortName, shortNameWords } from './short-name.ts';
import { stages } from './stage-shape.ts';

/** The project's settings with every default filled in. */
export interface ProjectConfig extends Config {
  jobs: string;
  timezone: string;
  local: LocalConfig;
}

const fileName = 'nightshift.config.ts';

const text = (expected: string) => z.string(`write ${expected}`).min(1, `write ${expected}`);
const schema = z.strictObject({
  name: z.string('write a name, such as name: "shop"').regex(shortName, `write ${shortNameWords}, such as "shop"`),
  jobs: text('the folder of the job files, such as "jobs"').optional(),
  timezone: z.string().refine(isTimezone, 'write an IANA time zone, such as "Asia/Tokyo"').optional(),
  calendars: z
    .record(text('a name'), z.array(z.string().refine(isBusinessDate, 'write days that exist, such as "2027-01-01"')))
    .optional(),
  stages: stages.optional(),
  local: z
    .strictObject({
      date: z.string().refine(isBusinessDate, 'write a business date, such as "2026-11-21"').optional(),
      database: z
        .strictObject({
          name: z
            .string()
            .regex(
              /^[a-z_][a-z0-9_]{0,62}$/,
              'write a database name of lower-case letters, digits and "_", such as "shop"',
            ),
          secret: text('the secret that holds its URL, such as "shop/database"'),
        })
        .optional(),
      secrets: z.record(z.string().min(1), z.string('write a text')).optional(),
      prepare: text('the path of a module, such as "apps/ranking/seed.ts"').optional(),
    })
    .optional(),
});

/**
 * Reads `nightshift.config.ts` of the project. The running process must be able to import TypeScript (tsx does).
 * @throws ConfigError when the file is missing, exports nothing usable, or has wrong settings: all problems at once.
 */
export async function loadConfig(directory: string): Promise<ProjectConfig> {
  const file = join(directory, fileName);
  if (!existsSync(file)) {
    throw new ConfigError('This is not a Nightshift project', [
      `${directory} has no ${fileName}; go to the project's folder, or write one: export default defineConfig({ name: 'shop' })`,
    ]);
  }
  const { default: config }: { default?: unknown } = await import(pathToFileURL(file).href);
  if (typeof config !== 'object' || config === null) {
    throw new ConfigError(`${fileName} is not right`, [
      `default export: is missing; write export default defineConfig({ name: 'shop' })`,
    ]);
  }
  const parsed = schema.safeParse(config);
  if (!parsed.success) throw new ConfigError(`${fileName} is not right`, zodProblems(parsed.error));
  const given = config as Config;
  return { ...given, jobs: given.jobs ?? 'jobs', timezone: given.timezone ?? 'UTC', local: given.local ?? {} };
}
