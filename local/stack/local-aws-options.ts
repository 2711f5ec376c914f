import type { ProjectConfig } from '../../config/config-file.ts';
import type { JobRegistry } from '../../config/job-registry.ts';
import type { Resources } from '../../config/resources.ts';
import type { Project } from '../../engine/engine.ts';
import type { AppImages } from '../apps/app-images.ts';
import type { LocalAwsOptions } from '../aws/index.ts';
import { localPlace, localUses } from './local-place.ts';
import { localServices } from './local-services.ts';

const localRegion = 'ap-northeast-1';
const queue = 'nightshift';

/** The one cluster of the local AWS. */
export const localCluster = 'nightshift';

/** Whose jobs a local AWS runs, and what they find in it. */
export interface LocalAwsParts {
  directory: string;
  config: Pick<ProjectConfig, 'local'>;
  jobs: JobRegistry;
  project: Project;
  apps: AppImages;
  secrets: Record<string, string>;
}

/** What the local AWS of a project is made with. */
export function localAwsOptions({ directory, config, jobs, project, apps, secrets }: LocalAwsParts): LocalAwsOptions {
  const { topics, buckets, queues } = localUses(jobs.inOrder());
  return {
    region: localRegion,
    ...localServices(jobs.inOrder(), localPlace(jobs.inOrder(), project, { region: localRegion }), { directory, apps }),
    secrets: { ...config.local.secrets, ...secrets },
    ...{ topics, buckets, queues },
    jobQueues: [queue, `${queue}-spot`],
    clusters: [localCluster],
    eventQueue: `${queue}-events`,
    startQueue: `${queue}-starts`,
    // As many vCPU as the four shards of the example want: they share the cores.
    maxVcpus: 8,
  };
}

/** The ARNs of its two job queues. */
export function localQueues(region: string): Resources['batch']['queues'] {
  const arn = (name: string) => `arn:aws:batch:${region}:000000000000:job-queue/${name}`;
  return { onDemand: arn(queue), spot: arn(`${queue}-spot`) };
}
