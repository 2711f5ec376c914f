import { call, isAwsError } from '../aws/call.ts';

/** Whose password is wanted, and from where. */
export interface PasswordRequest {
  /** The secret's ARN. */
  secret: string;
  /** The user whom the secret has to be about, when it says about whom it is. */
  user: string;
  /** AWS's address. Default: its own. */
  endpoint?: string;
  /** Longest time of the read, repeats included, in milliseconds. Default 4 000: a new connection to Postgres has 5 s. */
  withinMs?: number;
}

/** The password of the database could not be had. Never says what the secret holds. */
export class PasswordUnreadable extends Error {
  constructor({ secret }: PasswordRequest, why: string, cause?: unknown) {
    super(`The database's password cannot be read [DATABASE_PASSWORD_SECRET=${secret}]: ${why}`, { cause });
    this.name = 'PasswordUnreadable';
  }
}

/**
 * Reads a password from Secrets Manager: the secret is the JSON that RDS writes, `{"username":"...","password":"..."}`,
 * or the password alone.
 * @throws PasswordUnreadable
 */
export async function readDatabasePassword(request: PasswordRequest): Promise<string> {
  const text = await readText(request).catch((error: unknown) => {
    throw new PasswordUnreadable(request, `${(error as Error).message}${whatToDo(error)}`, error);
  });
  const { password, username } = partsOf(text);
  if (password === '') {
    const forms = '{"username":"...","password":"..."} or the password alone';
    throw new PasswordUnreadable(request, `the secret holds no password; it must be ${forms}`);
  }
  if (username !== undefined && username !== request.user) {
    const why = `the secret is of another user than ${request.user}, whom DATABASE_URL names; name the secret's user there`;
    throw new PasswordUnreadable(request, why);
  }
  return password;
}

async function readText({ secret, endpoint, withinMs = 4_000 }: PasswordRequest): Promise<string> {
  const { GetSecretValueCommand, SecretsManagerClient } = await import('@aws-sdk/client-secrets-manager');
  const [, , , region = ''] = secret.split(':');
  const client = new SecretsManagerClient({ region, ...(endpoint === undefined ? {} : { endpoint }) });
  try {
    const answer = await call({ operation: 'GetSecretValue', of: { region }, within: withinMs }, (options) =>
      client.send(new GetSecretValueCommand({ SecretId: secret }), options),
    );
    return answer.SecretString ?? '';
  } finally {
    client.destroy();
  }
}

function whatToDo(error: unknown): string {
  if (isAwsError(error, 'AccessDeniedException')) {
    return '; the role needs secretsmanager:GetSecretValue on the secret, and kms:Decrypt on its key when it has one of its own';
  }
  if (isAwsError(error, 'ResourceNotFoundException')) return '; check the ARN';
  return '; check the network, and that Secrets Manager can be reached';
}

function partsOf(text: string): { password: string; username?: string } {
  const value = parse(text);
  // A password may look like JSON by chance, a number for example; only an object is RDS's form.
  if (typeof value !== 'object' || value === null) return { password: text.replace(/\r?\n$/, '') };
  const { password, username } = value as Record<string, unknown>;
  return {
    password: typeof password === 'string' ? password : '',
    ...(typeof username === 'string' ? { username } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the password alone
  }
}
