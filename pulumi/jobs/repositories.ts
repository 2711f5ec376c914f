import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Place } from '../../model/deployed-names.ts';
import { repositoryName } from '../../model/deployed-platform.ts';
import { arnOf } from '../../model/deployed-uses.ts';
import type { ImageApp } from '../../model/image-apps.ts';

/** What {@link Repositories} is made from. */
export interface RepositoriesArgs {
  place: Place;
  apps: readonly ImageApp[];
  protect: boolean;
}

/** A repository of images for each app and for the workers. A tag that is there never changes. */
export class Repositories extends pulumi.ComponentResource {
  constructor(name: string, { place, apps, protect }: RepositoriesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Repositories', name, {}, opts);
    for (const { app, isFunction } of apps) {
      const repository = createRepository(repositoryName(place, app), { protect, parent: this });
      if (isFunction) letLambdaPull(place, app, { repository, parent: this });
    }
    this.registerOutputs({});
  }
}

function createRepository(
  name: string,
  { protect, parent }: { protect: boolean; parent: pulumi.Resource },
): aws.ecr.Repository {
  const repository = new aws.ecr.Repository(
    name,
    {
      name,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      forceDelete: !protect,
    },
    { parent },
  );
  // By count: an old image that a definition still names must not go because of its age.
  const rule = {
    ...{ rulePriority: 1, description: 'Keep the newest 50', action: { type: 'expire' } },
    selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 },
  };
  new aws.ecr.LifecyclePolicy(
    name,
    { repository: repository.name, policy: JSON.stringify({ rules: [rule] }) },
    { parent },
  );
  return repository;
}

function letLambdaPull(
  place: Place,
  app: string,
  { repository, parent }: { repository: aws.ecr.Repository; parent: pulumi.Resource },
): void {
  const statement = {
    ...{ Sid: 'Lambda', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } },
    Action: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    Condition: { ArnLike: { 'aws:SourceArn': arnOf(place, 'lambda', 'function:*') } },
  };
  new aws.ecr.RepositoryPolicy(
    repositoryName(place, app),
    { repository: repository.name, policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
    { parent },
  );
}
