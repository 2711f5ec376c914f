import { join } from 'node:path';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { hashPaths, sourceFiles } from '../../config/source-files.ts';
import type { DeployedTask, Place } from '../../model/deployed-names.ts';
import { definedVariables } from '../../model/deployed-uses.ts';
import { durationMs } from '../../model/duration.ts';
import { sourcePrefix } from '../../rights/derive-rights.ts';
import { arnOfSecret, type ContainerParts, variableList } from './container-definition.ts';

/** What {@link Builds} is made from. */
export interface BuildsArgs {
  place: Place;
  tasks: readonly { task: DeployedTask<'codeBuild'>; role: pulumi.Input<string> }[];
  /** The project's folder, which has the sources in `apps/`. */
  directory: string;
  /** The bucket for sources. */
  bucket: pulumi.Input<string>;
  secrets: ContainerParts['secrets'];
}

/** Digits of a source's hash in its name. */
const hashLength = 16;

/** A CodeBuild project for each build, with the app's folder as its source. */
export class Builds extends pulumi.ComponentResource {
  constructor(name: string, args: BuildsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Builds', name, {}, opts);
    const apps = [...new Set(args.tasks.map(({ task }) => task.task.options.app))].sort();
    const sources = new Map(apps.map((app) => [app, createSource(app, args, this)]));
    for (const { task, role } of args.tasks) {
      const source = sources.get(task.task.options.app);
      if (source === undefined) throw new Error(`The source of ${task.key} was not made`);
      createProject(task, { args, role, source, parent: this });
    }
    this.registerOutputs({});
  }
}

/** Named by its content: an old build that is started again after a rollback finds its old source. */
function createSource(app: string, { directory, bucket }: BuildsArgs, parent: pulumi.Resource): aws.s3.BucketObjectv2 {
  const folder = join(directory, 'apps', app);
  return new aws.s3.BucketObjectv2(
    app,
    {
      ...{ bucket, key: keyOf(app, folder) },
      source: archiveOf(folder),
    },
    { parent, retainOnDelete: true },
  );
}

async function keyOf(app: string, folder: string): Promise<string> {
  const hash = await hashPaths(folder, ['.']);
  return `${sourcePrefix(app)}${hash.slice(0, hashLength)}.zip`;
}

/** Only what is hashed: what tools have left in the folder of one machine would make another archive than that of the next. */
async function archiveOf(folder: string): Promise<pulumi.asset.AssetArchive> {
  const files = await sourceFiles(folder);
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(files.map((file) => [file, new pulumi.asset.FileAsset(join(folder, file))])),
  );
}

function createProject(
  task: DeployedTask<'codeBuild'>,
  of: { args: BuildsArgs; role: pulumi.Input<string>; source: aws.s3.BucketObjectv2; parent: pulumi.Resource },
): void {
  const { args, role, source, parent } = of;
  const { timeout } = task.task.options;
  new aws.codebuild.Project(
    task.fullName,
    {
      name: task.fullName,
      description: `Nightshift: ${task.key}`,
      serviceRole: role,
      source: { type: 'S3', location: pulumi.interpolate`${source.bucket}/${source.key}` },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        ...{
          type: 'LINUX_CONTAINER',
          computeType: 'BUILD_GENERAL1_SMALL',
          image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
        },
        environmentVariables: variablesOf(args, task),
      },
      logsConfig: { cloudwatchLogs: { status: 'ENABLED', groupName: task.logGroup } },
      ...(timeout === undefined ? {} : { buildTimeout: Math.ceil(durationMs(timeout) / 60_000) }),
      // Tries are counted by the run.
      autoRetryLimit: 0,
    },
    { parent },
  );
}

function variablesOf({ place, secrets }: BuildsArgs, { task: { options } }: DeployedTask<'codeBuild'>) {
  const injected = Object.entries(options.secrets ?? {}).map(([name, secret]) => ({
    ...{ name, type: 'SECRETS_MANAGER' },
    value: arnOfSecret(secrets, secret),
  }));
  const plain = variableList(definedVariables(place, options)).map((each) => ({ ...each, type: 'PLAINTEXT' }));
  return [...plain, ...injected];
}
