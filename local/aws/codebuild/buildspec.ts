import { parse } from 'yaml';
import { z } from 'zod';

/** The phases of a buildspec, in the order in which they run. */
export const phaseNames = ['install', 'pre_build', 'build', 'post_build'] as const;

/** One of `phaseNames`. */
export type PhaseName = (typeof phaseNames)[number];

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const commands = z.union([text.transform((one) => [one]), z.array(text)]).default([]);
const phase = z.looseObject({
  commands,
  finally: commands,
  'on-failure': z.string().optional(),
});

/** Sections that the local AWS has nothing to do for (artifacts, cache, reports) may stand there. */
const buildspec = z.looseObject({
  version: z.union([z.literal(0.2), z.literal('0.2')], 'must be 0.2'),
  env: z
    .looseObject({
      shell: z.enum(['sh', 'bash', '/bin/sh']).default('sh'),
      variables: z.record(z.string(), text).default({}),
      'secrets-manager': z.record(z.string(), z.string()).default({}),
      'exported-variables': z.array(z.string()).default([]),
    })
    .prefault({}),
  phases: z.partialRecord(z.enum(phaseNames), phase),
});

/** What a build is to do. */
export type Buildspec = z.output<typeof buildspec>;

/** Reads a buildspec. Throws an error whose message says what is wrong with it. */
export function readBuildspec(source: string): Buildspec {
  const parsed = buildspec.safeParse(parse(source));
  if (!parsed.success) throw new Error(z.prettifyError(parsed.error));
  return parsed.data;
}
