import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { createPrivateBucket } from './private-bucket.ts';

/** What {@link StageBucket} is made from. */
export interface StageBucketArgs {
  /** The bucket's name. */
  bucket: string;
  protect: boolean;
}

/** The stage's own bucket: inputs that do not fit the environment, sources of builds, the resources files. */
export class StageBucket extends pulumi.ComponentResource {
  /** The bucket's name, once it is there. */
  readonly bucket: pulumi.Output<string>;

  constructor(name: string, { bucket, protect }: StageBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:data:StageBucket', name, {}, opts);
    const made = createPrivateBucket(name, { bucket, protect, parent: this });
    createLifecycle(name, made, this);
    this.bucket = made.bucket;
    this.registerOutputs({ bucket: this.bucket });
  }
}

function createLifecycle(name: string, { bucket }: aws.s3.Bucket, parent: pulumi.Resource): void {
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket,
      rules: [
        // Inputs may hold personal data, and no run lives that long. Resources and sources stay for a rollback.
        { id: 'inputs', status: 'Enabled', filter: { prefix: 'inputs/' }, expiration: { days: 30 } },
        { id: 'uploads', status: 'Enabled', filter: {}, abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
      ],
    },
    { parent },
  );
}
