import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { zodProblems } from './config-error.ts';
import { type AwsAddress, readerInS3 } from './resources-in-s3.ts';
import { resourcesProblem } from './resources-problem.ts';

const name = z.string().min(1);

/** Key: `<job>/<task>`. */
const byTask = <T extends z.ZodType>(what: T) => z.record(z.string().regex(/^[^/]+\/[^/]+$/, '<job>/<task>'), what);

const schema = z.object({
  region: name,
  accountId: z
    .string()
    .regex(/^\d{12}$/, 'twelve digits')
    .optional(),
  /** The queue that EventBridge fills with "this has ended"; without it, attempts are only polled. */
  eventQueueUrl: z.url().optional(),
  /** The queue whose messages start runs; without it, no message does. */
  startQueueUrl: z.url().optional(),
  batch: z.object({
    /** The stage's own two, and those that the configuration names. */
    queues: z.object({ onDemand: name, spot: name }).catchall(name),
    definitions: byTask(z.object({ arn: name, logGroup: name })),
  }),
  ecs: z
    .object({
      cluster: name,
      network: z.object({ subnets: z.array(name).min(1), securityGroups: z.array(name), assignPublicIp: z.boolean() }),
      definitions: byTask(z.object({ arn: name, container: name, logGroup: name })),
    })
    .optional(),
  codeBuild: z.object({ projects: byTask(z.object({ name, logGroup: name })) }).optional(),
  lambda: z.object({ functions: byTask(z.object({ name })) }).optional(),
  /** Where inputs lie that do not fit the environment: a bucket, or in local mode a folder. */
  inputs: z.union([z.object({ bucket: name }), z.object({ folder: name })]).optional(),
  /** Where in CloudWatch the workers write their metrics. Default: nowhere. */
  metrics: z.object({ namespace: name }).optional(),
});

/** The AWS names that a worker needs: made by local mode, or in AWS by Pulumi. */
export type Resources = z.infer<typeof schema>;

/** Reads what is deployed: at first, and again when it may have changed. */
export type ReadResources = () => Promise<Resources>;

/**
 * Makes what reads the resources: of a path, of `s3://bucket/key`, or, with a slash at the end, of all objects below
 * `s3://bucket/folder/`, which are put together.
 * What it gives throws ConfigError when they are missing, are not JSON, or lack something; AwsCallFailed when S3 refuses
 * them or does not answer.
 */
export function resourcesReader(address: string, aws: AwsAddress): ReadResources {
  const read = readerInS3(address, aws) ?? (async () => ({ [address]: await readPath(address) }));
  return async () => {
    const parts = Object.entries(await read()).map(([name, text]) => parseJson(address, name, text));
    const parsed = schema.safeParse(parts.reduce(putTogether, {}));
    if (!parsed.success) throw resourcesProblem(address, zodProblems(parsed.error));
    return parsed.data;
  };
}

/** Writes the resources file whole: a reader sees the old or the new one, never half of it. */
export async function writeResources(path: string, resources: Resources): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(schema.parse(resources), null, 2)}\n`);
  await rename(beside, path);
}

function readPath(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw resourcesProblem(path, [
      `cannot be read (${error.code}); "nightshift dev" writes it in local mode, "pulumi up" for a stage; set NIGHTSHIFT_RESOURCES to its path`,
    ]);
  });
}

function parseJson(address: string, name: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    const which = address.endsWith('/') ? `${name}: ` : '';
    throw resourcesProblem(address, [`${which}is not JSON; make it again, by "nightshift dev" or "pulumi up"`]);
  }
}

/** Records are joined; of anything else the later one counts. */
function putTogether(one: unknown, other: unknown): unknown {
  if (!isRecord(one) || !isRecord(other)) return other;
  const joined = Object.entries(other).map(([key, value]) => [key, key in one ? putTogether(one[key], value) : value]);
  return { ...one, ...Object.fromEntries(joined) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
