/**
 * The local AWS as a server of its own, for docker-compose.yml: makes the jobs' data, deploys the jobs to itself, leaves
 * the credentials and the resources file in a folder that it shares with the workers, and runs until it is signalled.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/config-file.ts';
import { loadJobs } from '../../config/job-scan.ts';
import { writeResources } from '../../config/resources.ts';
import { readSettings } from '../../config/settings.ts';
import { untilSignalled } from '../../workers/signals.ts';
import { createAppImages } from '../apps/app-images.ts';
import { type LocalAws, startLocalAws } from '../aws/index.ts';
import { deployLocally } from './deploy-locally.ts';
import { type LocalAwsParts, localAwsOptions, localQueues, placeOf } from './local-aws-options.ts';
import { prepareData } from './prepare-data.ts';

const usage =
  'node --conditions=nightshift-source --import tsx local/stack/serve-aws.ts --listen 0.0.0.0:4566 --endpoint http://aws:4566 --network nightshift --state /state';

/** Where inputs lie that do not fit the environment. */
const inputsBucket = 'nightshift-inputs';

const directory = process.cwd();
const write = (line: string) => process.stdout.write(`${line}\n`);

async function main() {
  const signal = untilSignalled();
  const { listen, endpoint, network, state } = readArguments();
  const { project, ...parts } = await readProject();
  const accessKeyId = await keptAccessKey(state);
  const options = localAwsOptions({ ...parts, project });
  const cut = listen.lastIndexOf(':');
  const aws = await startLocalAws({
    ...options,
    ...{ host: listen.slice(0, cut), port: Number(listen.slice(cut + 1)), endpoint, accessKeyId },
    docker: { network, owner: network },
    buckets: [...(options.buckets ?? []), inputsBucket],
  });
  try {
    await deploy(aws, { ...parts, project, accessKeyId, state });
    write(`Local AWS at ${endpoint}; its tasks are containers in the network ${network}`);
    await signal.received;
  } finally {
    await parts.apps.stop();
    await aws.stop();
    signal.release();
  }
}

function readArguments(): Record<'listen' | 'endpoint' | 'network' | 'state', string> {
  const text = { type: 'string' as const };
  const { values } = parseArgs({ options: { listen: text, endpoint: text, network: text, state: text } });
  const { listen, endpoint, network, state } = values;
  if (listen === undefined || endpoint === undefined || network === undefined || state === undefined) {
    throw new Error(`Something is not said; write it like this: ${usage}`);
  }
  return { listen, endpoint, network, state };
}

/** The project of the current folder, with its data made. */
async function readProject(): Promise<LocalAwsParts> {
  const config = await loadConfig(directory);
  const jobs = await loadJobs(directory, config);
  const settings = readSettings(undefined, { stateDirectory: join(directory, '.nightshift') });
  const url = (database?: string) => databaseUrl(settings.databaseUrl, database);
  const secrets = await prepareData({ directory, config, url, progress: write });
  const project = { name: config.name, stage: settings.stage, timezone: config.timezone };
  return { directory, config, jobs, project, secrets, apps: createAppImages({ directory }) };
}

function databaseUrl(own: string, database: string | undefined): string {
  const url = new URL(own);
  if (database !== undefined) url.pathname = `/${database}`;
  return url.href;
}

/** Kept, since workers that run read it once: this server may be started anew under them. */
async function keptAccessKey(state: string): Promise<string> {
  const file = join(state, 'credentials');
  const before = await readFile(file, 'utf8').catch(() => '');
  const kept = /^aws_access_key_id = (\w+)$/m.exec(before)?.[1];
  if (kept !== undefined) return kept;
  const accessKeyId = `LOCAL${randomBytes(16).toString('hex').toUpperCase()}`;
  await mkdir(state, { recursive: true });
  // The workers are another user's; nobody else has this folder.
  await writeFile(file, `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = local\n`, {
    mode: 0o644,
  });
  return accessKeyId;
}

/** The resources file comes last: workers that wait for it may start then. */
async function deploy(aws: LocalAws, of: LocalAwsParts & { accessKeyId: string; state: string }) {
  const resources = await deployLocally(of.jobs.inOrder(), of.project, {
    aws: { ...aws, accessKeyId: of.accessKeyId },
    ...localQueues(placeOf(of)),
    inputs: { bucket: inputsBucket },
  });
  await writeResources(join(of.state, 'resources.json'), resources);
}

await main();
