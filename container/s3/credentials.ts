import { readFileSync } from 'node:fs';
import type { Environment } from '../environment.ts';
import { httpGet } from '../http-get.ts';
import type { Credentials } from './sign.ts';

const timeoutMs = 5_000;

/**
 * The credentials of this container: from its variables, or those of its role, which Batch, ECS and CodeBuild hand out
 * at an address of their own. Throws when there are none.
 */
export function containerCredentials(env: Environment): Credentials {
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env;
  if (accessKeyId && secretAccessKey) {
    return { accessKeyId, secretAccessKey, sessionToken: env.AWS_SESSION_TOKEN || undefined };
  }
  const url = roleAddress(env);
  if (url === undefined) {
    throw new Error(
      'There are no AWS credentials: give the task a role (in AWS its definition names one), or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
    );
  }
  const token = roleToken(env);
  const headers: Record<string, string> = token === undefined ? {} : { authorization: token };
  return parse(httpGet({ url, headers, timeoutMs }).body, url);
}

function roleAddress(env: Environment): string | undefined {
  const relative = env.AWS_CONTAINER_CREDENTIALS_RELATIVE_URI;
  if (relative) return `http://169.254.170.2${relative}`;
  return env.AWS_CONTAINER_CREDENTIALS_FULL_URI || undefined;
}

function roleToken(env: Environment): string | undefined {
  const file = env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  return file ? readFileSync(file, 'utf8').trim() : env.AWS_CONTAINER_AUTHORIZATION_TOKEN || undefined;
}

function parse(body: string, url: string): Credentials {
  try {
    const { AccessKeyId, SecretAccessKey, Token } = JSON.parse(body) as Record<string, unknown>;
    if (typeof AccessKeyId === 'string' && typeof SecretAccessKey === 'string') {
      return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: typeof Token === 'string' ? Token : undefined,
      };
    }
  } catch {
    // Not JSON: the same error. What came back may hold half of a secret.
  }
  throw new Error(`The credentials of the container's role could not be had [from=${new URL(url).host}]`);
}
