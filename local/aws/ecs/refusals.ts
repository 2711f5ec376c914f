import { AwsError } from '../aws-error.ts';

/** ECS's answer to a parameter that is wrong in itself. */
export function invalidParameter(message: string): AwsError {
  return new AwsError('InvalidParameterException', message);
}

/** ECS's answer to a request that cannot be met, e.g. because a task definition is not there. */
export function clientException(message: string): AwsError {
  return new AwsError('ClientException', message);
}

/** The answer when the cluster is not there. */
export function clusterNotFound(): AwsError {
  return new AwsError('ClusterNotFoundException', 'Cluster not found.');
}

/** The answer to a client token that was used with other parameters; it names the tasks that were made then. */
export function tokenConflict(taskArns: string[]): AwsError {
  return new AwsError('ConflictException', 'The clientToken was used before with other parameters.', {
    fields: { resourceIds: taskArns },
  });
}
