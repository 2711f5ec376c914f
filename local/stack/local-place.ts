import type { Project } from '../../engine/engine.ts';
import type { Place } from '../../model/deployed-names.ts';
import { arnOf } from '../../model/deployed-uses.ts';
import type { Job } from '../../model/job.ts';
import type { Use } from '../../model/uses.ts';
import { localAccountId } from '../aws/account.ts';

/** The names of what the jobs use, by what it is: all of it is made at the start of the local AWS. */
export interface LocalUses {
  buckets: string[];
  topics: string[];
  queues: string[];
  secrets: string[];
}

/** What the tasks of these jobs say that they use, each once. */
export function localUses(jobs: readonly Job[]): LocalUses {
  const tasks = jobs.flatMap((job) => Object.values(job.tasks));
  const uses = tasks.flatMap((task) => (task.kind === 'function' ? [] : (task.options.uses ?? [])));
  const named = (kind: Use['use']) => [...new Set(uses.filter(({ use }) => use === kind).map(({ name }) => name))];
  const inEnvironments = tasks.flatMap(({ options }) =>
    'secrets' in options ? Object.values(options.secrets ?? {}) : [],
  );
  return {
    ...{ buckets: named('bucket'), topics: named('topic'), queues: named('queue') },
    secrets: [...new Set([...named('secret'), ...inEnvironments])],
  };
}

/** Local mode as a place: what the jobs use has the very name there that the jobs give it. */
export function localPlace(jobs: readonly Job[], project: Project, aws: { region: string; endpoint?: string }): Place {
  const { buckets, topics, queues, secrets } = localUses(jobs);
  const at = { region: aws.region, accountId: localAccountId };
  const byName = (names: string[], make: (name: string) => string) =>
    Object.fromEntries(names.map((name) => [name, make(name)]));
  return {
    project: project.name,
    stage: project.stage,
    ...at,
    ...(aws.endpoint === undefined ? {} : { queueEndpoint: aws.endpoint }),
    existing: {
      secrets: byName(secrets, (name) => arnOf(at, 'secretsmanager', `secret:${name}-??????`)),
      buckets: byName(buckets, (name) => name),
      topics: byName(topics, (name) => arnOf(at, 'sns', name)),
      jobQueues: {},
      queues: byName(queues, (name) => arnOf(at, 'sqs', name)),
    },
  };
}
