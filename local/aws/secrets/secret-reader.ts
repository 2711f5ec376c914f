import type { Iam } from '../iam/iam.ts';
import type { Secrets } from './secrets.ts';

/** A secret's value, or in AWS's words why there is none. */
export type SecretRead = { kind: 'value'; value: string } | { kind: 'unreadable'; reason: string };

/** Reads a secret as AWS does for a container or a build: by what its definition calls it, with a role's rights. */
export type ReadSecret = (valueFrom: string, roleArn: string | undefined) => SecretRead;

/** Makes the reader. */
export function createSecretReader(secrets: Secrets, iam: Iam): ReadSecret {
  return (valueFrom, roleArn) => {
    const asked = { action: 'secretsmanager:GetSecretValue', resource: secrets.arnOf(valueFrom) };
    const refusal = iam.refusal(iam.keyOf(roleArn), [asked]);
    if (refusal !== undefined) return { kind: 'unreadable', reason: `AccessDeniedException: ${refusal}` };
    const value = secrets.resolve(valueFrom);
    return value === undefined
      ? { kind: 'unreadable', reason: `there is no secret ${valueFrom}` }
      : { kind: 'value', value };
  };
}
