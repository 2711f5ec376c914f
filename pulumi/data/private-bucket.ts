import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** An encrypted bucket that nobody outside the account sees, and that takes no call without TLS. */
export function createPrivateBucket(
  name: string,
  { bucket, protect, parent }: { bucket: string; protect: boolean; parent: pulumi.Resource },
): aws.s3.Bucket {
  const made = new aws.s3.Bucket(name, { bucket }, { parent, protect });
  const at = { bucket: made.bucket };
  new aws.s3.BucketPublicAccessBlock(
    name,
    { ...at, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
    { parent },
  );
  new aws.s3.BucketServerSideEncryptionConfiguration(
    name,
    { ...at, rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }] },
    { parent },
  );
  new aws.s3.BucketPolicy(name, { ...at, policy: pulumi.jsonStringify(tlsOnly(bucket)) }, { parent });
  return made;
}

function tlsOnly(bucket: string): object {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        ...{ Sid: 'TlsOnly', Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: [arn, `${arn}/*`] },
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}
