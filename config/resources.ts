import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { ConfigError, zodProblems } from './config-error.ts';
import { type AwsAddress, objectOf, readObject } from './resources-in-s3.ts';

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

/**
 * Reads the resources file: a path, or `s3://bucket/key`.
 * @throws ConfigError when it is missing, is not JSON, or lacks something; AwsCallFailed when S3 refuses it or does not answer.
 */
export async function readResources(path: string, aws: AwsAddress): Promise<Resources> {
  const object = objectOf(path);
  const content = object === null ? await readPath(path) : await readObject(object, aws);
  const parsed = schema.safeParse(parseJson(path, content));
  if (!parsed.success) throw problem(path, zodProblems(parsed.error));
  return parsed.data;
}

/** Writes the resources file whole: a reader sees the old or the new one, never half of it. */
export async function writeResources(path: string, resources: Resources): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(schema.parse(resources), null, 2)}\n`);
  await rename(beside, path);
}

function readPath(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw problem(path, [
      `cannot be read (${error.code}); "nightshift dev" writes it in local mode, "pulumi up" for a stage; set NIGHTSHIFT_RESOURCES to its path`,
    ]);
  });
}

function parseJson(path: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw problem(path, ['is not JSON; make it again, by "nightshift dev" or "pulumi up"']);
  }
}

function problem(path: string, problems: string[]): ConfigError {
  return new ConfigError(`The resources file ${path} is not right`, problems);
}
