import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { ConfigError } from '../config/config-error.ts';
import { loadConfig } from '../config/config-file.ts';
import { jobFingerprints } from '../config/job-fingerprints.ts';
import { loadJobs } from '../config/job-scan.ts';
import { stagePlace } from '../config/stage-place.ts';
import { type PushedImages, readImages } from './config/images.ts';
import { parseStackConfig } from './config/stack-config.ts';
import { checkStage } from './config/stage-checks.ts';
import { missingImages } from './jobs/stage-tasks.ts';
import { deployData } from './parts/data-part.ts';
import { deployJobs } from './parts/jobs-part.ts';
import { deployPlatform } from './parts/platform-part.ts';
import { readPartsBefore } from './parts/stack-outputs.ts';
import type { Stage } from './stage.ts';

/** What {@link deploy} takes beside the project's folder. */
export interface DeployOptions {
  /** The stack's configuration. Default: the keys of the namespace `nightshift` in Pulumi's own. */
  config?: Record<string, unknown>;
}

/** The outputs of a stack: what stacks of later parts need of it, and what people look for. */
export type DeployOutputs = Record<string, pulumi.Output<unknown>>;

/**
 * Deploys a project's part of the AWS side, as the stack's configuration says, from its job files.
 * Everything is checked before anything is registered.
 * @throws RunError with all problems of the stack's configuration, of nightshift.config.ts and the job files, or of the stacks of the parts before.
 */
export async function deploy(directory: string, options: DeployOptions = {}): Promise<DeployOutputs> {
  const stage = await readStage(directory, options.config ?? configOfStack()).catch(sayPlainly);
  const before = await readPartsBefore(stage.config).catch(sayPlainly);
  const { part } = stage.config;
  const provider = createProvider(stage);
  const opts = { providers: { aws: provider } };
  const data = before.data ?? deployData(stage, opts);
  if (part === 'data') return { ...data };
  const platform = before.platform ?? deployPlatform(stage, data, opts);
  if (part === 'platform') return { ...platform };
  const jobs = deployJobs(stage, { data, platform }, opts);
  return part === 'all' ? { ...data, ...platform, ...jobs } : { ...jobs };
}

/** Pulumi's configuration of the stack, as texts. */
function configOfStack(): Record<string, unknown> {
  const all = Object.entries(pulumi.runtime.allConfig());
  const own = all.filter(([key]) => key.startsWith('nightshift:'));
  return Object.fromEntries(own.map(([key, value]) => [key.slice('nightshift:'.length), value]));
}

/** Pulumi prints the message of such an error alone. Any other gets its stack, which took a minute to be written. */
function sayPlainly(error: unknown): never {
  throw error instanceof ConfigError ? new pulumi.RunError(error.message) : error;
}

async function readStage(directory: string, given: Record<string, unknown>): Promise<Stage> {
  const config = parseStackConfig(given);
  const project = await loadConfig(directory);
  const place = stagePlace(project, config.stage);
  const registry = await loadJobs(directory, project);
  const jobs = registry.inOrder();
  const pushed = readImages(directory, config.images, place);
  const stage = { place, jobs, config, images: pushed.images, directory, timezone: project.timezone };
  await checkStage(stage, [...registry.jobs.values()]);
  if (config.part === 'all' || config.part === 'jobs') await tellWhatWaits(stage, pushed);
  return stage;
}

/** What is deployed and cannot run yet, or runs otherwise, since an image is missing or of other job files. */
async function tellWhatWaits(stage: Stage, { jobs }: PushedImages): Promise<void> {
  const left = missingImages(stage);
  if (left.length > 0) {
    await pulumi.log.info(`Left out until their images are pushed: what runs in ${left.join(', ')}`);
  }
  const differences = jobs === null ? [] : differencesOf(jobs, jobFingerprints(stage.jobs));
  if (differences.length > 0) {
    await pulumi.log.warn(
      `The workers' image has other jobs than the job files: ${differences.join('; ')}. Until "nightshift images push --stage ${stage.place.stage}" and another "pulumi up", workers run and schedule what is in the image`,
    );
  }
}

function differencesOf(pushed: Record<string, string>, now: Record<string, string>): string[] {
  const kinds = {
    new: Object.keys(now).filter((id) => pushed[id] === undefined),
    changed: Object.keys(now).filter((id) => pushed[id] !== undefined && pushed[id] !== now[id]),
    gone: Object.keys(pushed).filter((id) => now[id] === undefined),
  };
  return Object.entries(kinds).flatMap(([kind, ids]) => (ids.length === 0 ? [] : [`${kind} ${ids.join(', ')}`]));
}

/** Refuses any other account than the stage's: the credentials may be those of another one. */
function createProvider({ place }: Stage): aws.Provider {
  const { region, accountId, project, stage } = place;
  return new aws.Provider('aws', {
    region: region as aws.Region,
    allowedAccountIds: [accountId],
    defaultTags: { tags: { 'nightshift:project': project, 'nightshift:stage': stage } },
  });
}
