import type { ProjectConfig } from '../../config/config-file.ts';
import type { JobRegistry } from '../../config/job-registry.ts';
import type { Resources } from '../../config/resources.ts';
import type { Project } from '../../engine/engine.ts';
import type { Place } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import { arnOf } from '../../model/deployed-uses.ts';
import type { AppImages } from '../apps/app-images.ts';
import type { LocalAwsOptions } from '../aws/index.ts';
import { localPlace, localUses } from './local-place.ts';
import { localServices } from './local-services.ts';

const region = 'ap-northeast-1';

/** Whose jobs a local AWS runs, and what they find in it. */
export interface LocalAwsParts {
  directory: string;
  config: Pick<ProjectConfig, 'local'>;
  jobs: JobRegistry;
  project: Project;
  apps: AppImages;
  secrets: Record<string, string>;
}

/** Local mode as a place. */
export function placeOf({ jobs, project }: Pick<LocalAwsParts, 'jobs' | 'project'>): Place {
  return localPlace(jobs.inOrder(), project, { region });
}

/** What the local AWS of a project is made with. */
export function localAwsOptions(parts: LocalAwsParts): LocalAwsOptions {
  const { directory, config, jobs, apps, secrets } = parts;
  const place = placeOf(parts);
  const { cluster, eventQueue, jobQueues, startQueue } = platformNames(place);
  const { topics, buckets, queues } = localUses(jobs.inOrder());
  return {
    region,
    ...localServices(jobs.inOrder(), place, { directory, apps }),
    secrets: { ...config.local.secrets, ...secrets },
    ...{ topics, buckets, queues },
    jobQueues: [jobQueues.onDemand, jobQueues.spot],
    clusters: [cluster],
    ...{ eventQueue, startQueue },
    // As many vCPU as the four shards of the example want: they share the cores.
    maxVcpus: 8,
  };
}

/** Its job queues, by ARN, and its cluster. */
export function localQueues(place: Place): { queues: Resources['batch']['queues']; cluster: string } {
  const { cluster, jobQueues } = platformNames(place);
  const arn = (name: string) => arnOf(place, 'batch', `job-queue/${name}`);
  return { queues: { onDemand: arn(jobQueues.onDemand), spot: arn(jobQueues.spot) }, cluster };
}
