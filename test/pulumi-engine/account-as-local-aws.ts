import { join } from 'node:path';
import { BatchClient, RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { ECSClient, RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { AppImages } from '../../local/apps/app-images.ts';
import { administratorKey, type LocalAws, type LocalAwsOptions, startLocalAws } from '../../local/aws/index.ts';
import type { PolicyDocument } from '../../rights/statement.ts';
import type { Kept, StandInAws } from './provider/stand-in-aws.ts';

/** What no deployment knows: where the code is, and the secrets' values. */
export interface AccountParts {
  project: string;
  apps: AppImages;
  /** By the secrets' names in the stage. */
  secrets: Record<string, string>;
}

/** A local AWS in which all is, under the names and with the rights that came out of a deployment, and nothing else. */
export async function asLocalAws(account: StandInAws, parts: AccountParts): Promise<LocalAws> {
  const aws = await startLocalAws({
    region: 'ap-northeast-1',
    ...servicesOf(account, parts),
    principals: principalsOf(account),
    secrets: parts.secrets,
    maxVcpus: 8,
  });
  const credentials = { accessKeyId: administratorKey, secretAccessKey: administratorKey };
  const at = { region: aws.region, endpoint: aws.endpoint, credentials };
  const [batch, ecs, s3] = [new BatchClient(at), new ECSClient(at), new S3Client({ ...at, forcePathStyle: true })];
  for (const { outputs } of all(account, 'aws:batch/jobDefinition:JobDefinition')) {
    const { name, type, containerProperties, parameters, platformCapabilities, propagateTags } = outputs as never;
    await batch.send(
      new RegisterJobDefinitionCommand({
        ...{ jobDefinitionName: name, type, parameters, platformCapabilities, propagateTags },
        containerProperties: JSON.parse(containerProperties),
      }),
    );
  }
  for (const { outputs } of all(account, 'aws:ecs/taskDefinition:TaskDefinition')) {
    const { containerDefinitions, ...rest } = outputs as { containerDefinitions: string };
    const { family, networkMode, requiresCompatibilities, cpu, memory, taskRoleArn, executionRoleArn } = rest as never;
    await ecs.send(
      new RegisterTaskDefinitionCommand({
        ...{ family, networkMode, requiresCompatibilities, cpu, memory, taskRoleArn, executionRoleArn },
        containerDefinitions: JSON.parse(containerDefinitions),
      }),
    );
  }
  for (const { outputs } of all(account, 'aws:s3/bucketObjectv2:BucketObjectv2')) {
    const { bucket, key, content } = outputs as { bucket: string; key: string; content?: string };
    if (content !== undefined) await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }
  for (const client of [batch, ecs, s3]) client.destroy();
  return aws;
}

/** The resources of a type. */
export function all({ there }: StandInAws, type: string): Kept[] {
  return [...there.values()].filter((resource) => resource.type === type);
}

function servicesOf(account: StandInAws, { project, apps }: AccountParts): LocalAwsOptions {
  const names = (type: string, key = 'name') => all(account, type).map(({ outputs }) => String(outputs[key]));
  const queues = names('aws:sqs/queue:Queue');
  const [eventQueue = '', startQueue = ''] = ['events', 'starts'].map(
    (end) => queues.find((name) => name.endsWith(`-${end}`)) ?? '',
  );
  const made = [eventQueue, startQueue, `${startQueue}-dead`];
  return {
    images: imagesOf(account, apps),
    jobQueues: names('aws:batch/jobQueue:JobQueue'),
    clusters: names('aws:ecs/cluster:Cluster'),
    topics: names('aws:sns/topic:Topic'),
    buckets: names('aws:s3/bucket:Bucket', 'bucket'),
    ...{ eventQueue, startQueue, queues: queues.filter((name) => !made.includes(name)) },
    codeBuildProjects: Object.fromEntries(
      all(account, 'aws:codebuild/project:Project').map(({ outputs }) => [outputs.name, buildOf(outputs, project)]),
    ),
    functions: Object.fromEntries(
      all(account, 'aws:lambda/function:Function').map(({ outputs }) => [outputs.name, functionOf(outputs, apps)]),
    ),
  };
}

/** An image's address says whose it is: `<registry>/<project>-<stage>/<app>@<digest>`. */
function appOf(image: string): string {
  return /\/([^/@]+)@sha256:/.exec(image)?.[1] ?? image;
}

function imagesOf(account: StandInAws, apps: AppImages): LocalAwsOptions['images'] {
  const jobs = all(account, 'aws:batch/jobDefinition:JobDefinition').map(
    ({ outputs }) => JSON.parse(String(outputs.containerProperties)).image as string,
  );
  const tasks = all(account, 'aws:ecs/taskDefinition:TaskDefinition').flatMap(({ outputs }) =>
    (JSON.parse(String(outputs.containerDefinitions)) as { image: string }[]).map(({ image }) => image),
  );
  return Object.fromEntries([...jobs, ...tasks].map((image) => [image, () => apps.image(appOf(image))]));
}

function buildOf(outputs: Kept['outputs'], project: string) {
  const { source, serviceRole, environment } = outputs as {
    source: { location: string };
    serviceRole: string;
    environment: { environmentVariables: { name: string; value: string }[] };
  };
  const app = /\/sources\/([^/]+)\//.exec(source.location)?.[1] ?? '';
  const variables = environment.environmentVariables.map(({ name, value }) => [name, value]);
  return { directory: join(project, 'apps', app), serviceRole, environment: Object.fromEntries(variables) };
}

function functionOf(outputs: Kept['outputs'], apps: AppImages) {
  const { imageUri, imageConfig, environment, role, timeout } = outputs as {
    imageUri: string;
    imageConfig: { commands: string[] };
    environment: { variables: Record<string, string> };
    role: string;
    timeout: number;
  };
  return {
    directory: async () => (await apps.image(appOf(imageUri))).directory,
    handler: imageConfig.commands[0] ?? '',
    environment: environment.variables,
    ...{ role, timeoutSeconds: timeout },
  };
}

/** Each role with the policies that it was given, and an access key that is called like it. */
function principalsOf(account: StandInAws): NonNullable<LocalAwsOptions['principals']> {
  const inline = all(account, 'aws:iam/rolePolicy:RolePolicy').map(({ outputs }) => ({
    role: String(outputs.role),
    policy: JSON.parse(String(outputs.policy)) as PolicyDocument,
  }));
  return Object.fromEntries(
    all(account, 'aws:iam/role:Role').map(({ id, outputs }) => {
      const own = inline.filter(({ role }) => role === id || role === outputs.name);
      return [outputs.name, { arn: String(outputs.arn), policies: own.map(({ policy }) => policy) }];
    }),
  );
}
