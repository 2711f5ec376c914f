import { join } from 'node:path';
import { imagesFile } from '../../config/images-file.ts';
import { jobFingerprints } from '../../config/job-fingerprints.ts';
import { readStageName } from '../../config/settings.ts';
import { stagePlace } from '../../config/stage-place.ts';
import { ownNames, registryAddress } from '../../model/deployed-platform.ts';
import { untilSignalled } from '../../workers/signals.ts';
import { exitCodes, UsageError } from '../exit-codes.ts';
import { type OpenProject, openProject } from '../project.ts';
import { buildImage, type ImageTarget, referenceOf } from './build-image.ts';
import { type Docker, openDocker } from './docker.ts';
import { recordImage } from './image-records.ts';
import { planImages } from './plan-images.ts';
import { pushImage } from './push-image.ts';

/** What `images build` and `images push` are told. */
export interface ImagesRequest {
  /** Names of apps, or `worker`. None: all. */
  names: string[];
  registry?: string | undefined;
  stage?: string | undefined;
  platform: string;
}

const write = (line: string) => process.stdout.write(`${line}\n`);

/** Builds the images whose content has changed. Gives the exit code. */
export async function buildImages(request: ImagesRequest): Promise<number> {
  return withDocker(async (docker) => {
    const project = await openProject();
    const prefix = registryOf(project, request) ?? project.config.name;
    const target: ImageTarget = { prefix, platform: request.platform };
    const plans = await planImages(project, request.names);
    for (const plan of plans) {
      const outcome = await buildImage(docker, target, plan);
      write(`${outcome.padEnd(9)}  ${referenceOf(target, plan)}`);
    }
  });
}

/** Builds and pushes those that the registry does not have, and records all digests. Gives the exit code. */
export async function pushImages(request: ImagesRequest): Promise<number> {
  return withDocker(async (docker) => {
    const project = await openProject();
    const prefix = registryOf(project, request);
    if (prefix === undefined) {
      throw new UsageError(
        'It is not said where to push: give --stage <stage> of nightshift.config.ts, or --registry <host/path>',
      );
    }
    const target: ImageTarget = { prefix, platform: request.platform };
    await pushAll(docker, { project, target, request });
  });
}

async function pushAll(
  docker: Docker,
  { project, target, request }: { project: OpenProject; target: ImageTarget; request: ImagesRequest },
) {
  const file = join(project.directory, imagesFile(readStageName(request.stage)));
  const plans = await planImages(project, request.names);
  for (const plan of plans) {
    const { image, outcome } = await pushImage(docker, target, plan);
    // One by one: what was pushed before an interruption is recorded.
    const jobs = plan.name === ownNames.worker ? { jobs: jobFingerprints(project.jobs.inOrder()) } : {};
    await recordImage(file, plan.name, { image, hash: plan.hash, ...jobs });
    write(`${outcome.padEnd(9)}  ${image}`);
  }
  write(`Recorded in ${file}`);
}

/** The named registry, or the one of the stage's account, where its deployment makes the repositories. */
function registryOf(project: OpenProject, { registry, stage }: ImagesRequest): string | undefined {
  if (registry !== undefined) return registryFrom(registry);
  const named = readStageName(stage);
  return named === 'local' ? undefined : registryAddress(stagePlace(project.config, named));
}

function registryFrom(text: string): string {
  const trimmed = text.replace(/\/+$/, '');
  if (/^[a-z0-9][a-z0-9.-]*(:\d+)?(\/[a-z0-9][a-z0-9._-]*)*$/.test(trimmed)) return trimmed;
  throw new UsageError(
    `--registry "${text}" is not one; write a host and a path without a scheme, such as 123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop`,
  );
}

/** Ctrl-C and SIGTERM end the docker command that runs, and nothing is recorded of it. */
async function withDocker(work: (docker: Docker) => Promise<void>): Promise<number> {
  const signal = untilSignalled();
  try {
    await work(openDocker(signal.aborted));
    return exitCodes.succeeded;
  } catch (error) {
    if (!signal.aborted.aborted) throw error;
    process.stderr.write('nightshift: interrupted; images that were finished stay, and the same command goes on\n');
    return exitCodes.cancelled;
  } finally {
    signal.release();
  }
}
