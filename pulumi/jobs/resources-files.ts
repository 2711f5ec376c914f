import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** What {@link ResourcesFiles} is made from. */
export interface ResourcesFilesArgs {
  bucket: pulumi.Input<string>;
  /** The image of the workers, with its digest: workers of another image keep what they began with. */
  image: string;
  /** Parts of the resources, by the name of the file. What only AWS knows is still to come. */
  parts: Record<string, pulumi.Input<object>>;
}

/** The files that tell workers what was deployed: one of the stage, and one of each job, which comes and goes with it. */
export class ResourcesFiles extends pulumi.ComponentResource {
  /** `s3://<bucket>/resources/<image>/`, of all files. */
  readonly url: pulumi.Output<string>;

  constructor(name: string, { bucket, image, parts }: ResourcesFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:ResourcesFiles', name, {}, opts);
    const folder = `resources/${image.split('@sha256:')[1]?.slice(0, 16)}/`;
    for (const [file, part] of Object.entries(parts)) {
      const content = pulumi.output(part).apply((value) => `${JSON.stringify(value, null, 2)}\n`);
      new aws.s3.BucketObjectv2(
        `${name}-${file}`,
        { bucket, key: `${folder}${file}.json`, content, contentType: 'application/json' },
        // A worker of the release before may still start with it.
        { parent: this, retainOnDelete: true },
      );
    }
    this.url = pulumi.interpolate`s3://${bucket}/${folder}`;
    this.registerOutputs({ url: this.url });
  }
}
