import type { DeployedTask, Place } from '../model/deployed-names.ts';
import { repositoryName } from '../model/deployed-platform.ts';
import { arnOf, deployedSecret } from '../model/deployed-uses.ts';
import type { Statement } from './statement.ts';

/** What a container's start needs, whoever's it is. */
export interface ContainerStart {
  /** The app whose image it is, or `worker`. */
  app: string;
  logGroup: string;
  /** ARNs of the secrets that AWS puts into the environment. */
  secrets: string[];
  neededBy: string;
}

/** What AWS itself may do to start a container: take its image, write its log, read the secrets for its environment. */
export function startRights(place: Place, { app, logGroup, secrets, neededBy }: ContainerStart): Statement[] {
  const needed = { neededBy: [neededBy] };
  return [
    // Has no resources: a token for all of the account's registry. Source: Service Authorization Reference, ECR.
    { sid: 'RegistryToken', actions: ['ecr:GetAuthorizationToken'], resources: ['*'], ...needed },
    {
      sid: 'PullImage',
      actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
      resources: [arnOf(place, 'ecr', `repository/${repositoryName(place, app)}`)],
      ...needed,
    },
    writeLogs(place, logGroup, neededBy),
    ...(secrets.length === 0
      ? []
      : [{ sid: 'ReadSecrets', actions: ['secretsmanager:GetSecretValue'], resources: secrets, ...needed }]),
  ];
}

/** The log group is there before: nobody may make others. */
export function writeLogs(place: Place, logGroup: string, neededBy: string): Statement {
  return {
    sid: 'WriteLogs',
    actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
    resources: [arnOf(place, 'logs', `log-group:${logGroup}:*`)],
    neededBy: [neededBy],
  };
}

/** What AWS may do to start the container of a task. */
export function executionRights(place: Place, deployed: DeployedTask<'batch' | 'ecs'>): Statement[] {
  return startRights(place, {
    app: deployed.task.options.app,
    logGroup: deployed.logGroup,
    secrets: secretArns(place, deployed.task.options.secrets),
    neededBy: deployed.key,
  });
}

/** The ARNs of the secrets that a task's environment gets, each once. */
export function secretArns(place: Place, secrets: Record<string, string> = {}): string[] {
  return [...new Set(Object.values(secrets).map((name) => deployedSecret(place, name).arn))];
}
