import { createHash } from 'node:crypto';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Resources } from '../../config/resources.ts';

/** What {@link ResourcesFile} is made from: the file's content, with what only AWS knows still to come. */
export interface ResourcesFileArgs {
  bucket: pulumi.Input<string>;
  resources: pulumi.Input<Resources>;
}

/** The file that tells workers what was deployed. Named by its content, so that a worker keeps what it began with. */
export class ResourcesFile extends pulumi.ComponentResource {
  /** `s3://<bucket>/resources/<hash>.json`. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ResourcesFileArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:ResourcesFile', name, {}, opts);
    const content = pulumi.output(args.resources).apply((resources) => `${JSON.stringify(resources, null, 2)}\n`);
    const key = content.apply(
      (text) => `resources/${createHash('sha256').update(text).digest('hex').slice(0, 16)}.json`,
    );
    const file = new aws.s3.BucketObjectv2(
      name,
      { bucket: args.bucket, key, content, contentType: 'application/json' },
      // A worker of the release before may still start with it.
      { parent: this, retainOnDelete: true },
    );
    this.url = pulumi.interpolate`s3://${file.bucket}/${file.key}`;
    this.registerOutputs({ url: this.url });
  }
}
