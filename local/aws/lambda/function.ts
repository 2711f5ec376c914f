import { createHash } from 'node:crypto';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import type { LocalFunction } from '../options.ts';

/** A function with its defaults. */
export interface LambdaFunction {
  name: string;
  arn: string;
  /** @throws AwsError when the code cannot be made. */
  directory: () => Promise<string>;
  handler: string;
  /** ARN of its role. */
  role: string;
  environment: Record<string, string>;
  timeoutSeconds: number;
  createdAt: number;
}

/** The one version that there is. */
export const latest = '$LATEST';

/** Memory that functions are told to have; nobody measures it. */
export const memoryMb = 128;

/** AWS's own default. */
const defaultTimeoutSeconds = 3;

/** Makes a function from what the options say of it. */
export function newFunction(account: Account, name: string, given: LocalFunction): LambdaFunction {
  return {
    name,
    arn: arnOf(account, 'lambda', `function:${name}`),
    directory: () => codeOf(given),
    role: given.role ?? `arn:aws:iam::${account.id}:role/${name}`,
    handler: given.handler ?? 'index.handler',
    environment: given.environment ?? {},
    timeoutSeconds: given.timeoutSeconds ?? defaultTimeoutSeconds,
    createdAt: Date.now(),
  };
}

/** A folder that is made at its first use; that it cannot be is the caller's to mend. */
async function codeOf({ directory }: LocalFunction): Promise<string> {
  if (typeof directory === 'string') return directory;
  try {
    return await directory();
  } catch (error) {
    throw new AwsError(
      'InvalidParameterValueException',
      `The function's code cannot be made: ${(error as Error).message}`,
    );
  }
}

/** The function's configuration as GetFunction and ListFunctions show it. */
export function describeFunction(one: LambdaFunction): object {
  return {
    FunctionName: one.name,
    FunctionArn: one.arn,
    Runtime: 'nodejs22.x',
    Role: one.role,
    Handler: one.handler,
    CodeSize: 0,
    Description: '',
    Timeout: one.timeoutSeconds,
    MemorySize: memoryMb,
    LastModified: new Date(one.createdAt).toISOString().replace('Z', '+0000'),
    CodeSha256: createHash('sha256').update(one.name).digest('base64'),
    Version: latest,
    Environment: { Variables: one.environment },
    TracingConfig: { Mode: 'PassThrough' },
    State: 'Active',
    LastUpdateStatus: 'Successful',
    PackageType: 'Zip',
    Architectures: ['x86_64'],
  };
}
