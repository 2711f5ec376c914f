import { tmpdir } from 'node:os';
import type { LocalAwsOptions } from '../../../local/aws/index.ts';
import type { PolicyStatement } from '../../../rights/statement.ts';
import { type Bench, withLocalAws } from './with-local-aws.ts';

/** The access key of a role that may do what the test says. */
export const nightKey = 'night-key';

/** The role's ARN. */
export const nightRole = 'arn:aws:iam::000000000000:role/night';

/** A statement that allows actions on resources, under conditions. */
export function allow(
  actions: string | string[],
  resources: string | string[],
  Condition?: PolicyStatement['Condition'],
) {
  const statement: PolicyStatement = { Effect: 'Allow', Action: actions, Resource: resources };
  return Condition === undefined ? statement : { ...statement, Condition };
}

/** How a client signs as that role. */
export function asNight({ aws }: Pick<Bench, 'aws'>) {
  return {
    endpoint: aws.endpoint,
    region: aws.region,
    credentials: { accessKeyId: nightKey, secretAccessKey: 'any' },
    maxAttempts: 1,
  };
}

/** A local AWS in which the role `night` may do just this; the bench's own clients are the administrator's. */
export function withPrincipal(
  statements: PolicyStatement[],
  test: (bench: Bench) => Promise<void>,
  options: Partial<LocalAwsOptions> = {},
): Promise<void> {
  const policies = [{ Version: '2012-10-17' as const, Statement: statements }];
  return withLocalAws(
    {
      images: { image: { directory: tmpdir() } },
      principals: { [nightKey]: { arn: nightRole, policies } },
      ...options,
    },
    test,
  );
}
