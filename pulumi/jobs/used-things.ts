import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Place } from '../../model/deployed-names.ts';
import { deployedBucket, deployedQueue, deployedSecret, deployedTopic } from '../../model/deployed-uses.ts';
import type { Job } from '../../model/job.ts';
import type { Use } from '../../model/uses.ts';
import { createPrivateBucket } from '../data/private-bucket.ts';

/** What {@link UsedThings} is made from. */
export interface UsedThingsArgs {
  place: Place;
  jobs: readonly Job[];
  protect: boolean;
}

/** What the jobs say that they use, and is not there already: buckets, topics, queues for messages, empty secrets. */
export class UsedThings extends pulumi.ComponentResource {
  /** ARNs of all secrets that the jobs name, by that name, also of those that were there. */
  readonly secrets: Record<string, pulumi.Input<string>>;

  constructor(name: string, { place, jobs, protect }: UsedThingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:UsedThings', name, {}, opts);
    const { existing } = place;
    for (const bucket of namesOf(jobs, 'bucket', existing.buckets)) {
      createPrivateBucket(bucket, { bucket: deployedBucket(place, bucket), protect, parent: this });
    }
    for (const topic of namesOf(jobs, 'topic', existing.topics)) {
      new aws.sns.Topic(topic, { name: lastOf(deployedTopic(place, topic)) }, { parent: this });
    }
    for (const queue of namesOf(jobs, 'queue', existing.queues)) {
      const args = {
        name: lastOf(deployedQueue(place, queue).arn),
        sqsManagedSseEnabled: true,
        messageRetentionSeconds: 1_209_600,
      };
      new aws.sqs.Queue(queue, args, { parent: this });
    }
    const made = namesOf(jobs, 'secret', existing.secrets).map(
      (secret) => [secret, this.createSecret(secret, place, protect)] as const,
    );
    this.secrets = { ...existing.secrets, ...Object.fromEntries(made) };
    this.registerOutputs({});
  }

  /** Empty: a person puts the value in, so that it is in no state of Pulumi's. */
  private createSecret(name: string, place: Place, protect: boolean): pulumi.Output<string> {
    const description = `Of the jobs of ${place.project}; filled by a person`;
    const args = { name: deployedSecret(place, name).name, description, recoveryWindowInDays: protect ? 30 : 0 };
    return new aws.secretsmanager.Secret(name, args, { parent: this, protect }).arn;
  }
}

/** The names of one kind of thing that the jobs use and nobody has made yet, each once. */
function namesOf(jobs: readonly Job[], kind: Use['use'], existing: Record<string, string>): string[] {
  const names = jobs.flatMap(({ tasks }) =>
    Object.values(tasks).flatMap((task) => {
      if (task.kind === 'function') return [];
      const injected = 'secrets' in task.options ? Object.values(task.options.secrets ?? {}) : [];
      const used = (task.options.uses ?? []).filter(({ use }) => use === kind).map(({ name }) => name);
      return kind === 'secret' ? [...used, ...injected] : used;
    }),
  );
  return [...new Set(names)].filter((name) => existing[name] === undefined).sort();
}

function lastOf(arn: string): string {
  return arn.split(':').at(-1) ?? '';
}
