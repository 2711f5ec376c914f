import { createHash, randomUUID } from 'node:crypto';
import type {
  CreateSecretRequest,
  GetSecretValueRequest,
  PutSecretValueRequest,
} from '@aws-sdk/client-secrets-manager';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type Operation, operation, type Service } from '../service.ts';

interface Secret {
  name: string;
  arn: string;
  value: string;
  versionId: string;
  createdAt: number;
}

/** Secrets Manager, and the door by which containers get their secrets. */
export interface Secrets {
  service: Service;
  /**
   * The value that a definition's `valueFrom` names: a secret's name or its ARN, followed by `:key::` for one key of
   * a JSON secret. Undefined if there is none.
   */
  resolve(valueFrom: string): string | undefined;
  /** The ARN of the secret that is named so; of one that does not exist, an ARN that it could have. */
  arnOf(valueFrom: string): string;
}

/** Makes Secrets Manager with some secrets in it. */
export function createSecrets(account: Account, initial: Record<string, string>): Secrets {
  const shelf: Shelf = { account, secrets: new Map() };
  for (const [name, value] of Object.entries(initial)) add(shelf, name, value);
  return {
    service: {
      name: 'secretsmanager',
      operations: createOperations(shelf),
      troubles: {
        throttled: { code: 'ThrottlingException', status: 400 },
        failed: { code: 'InternalServiceError', status: 500 },
        denied: { code: 'AccessDeniedException', status: 400 },
      },
    },
    resolve(valueFrom) {
      const { id, key } = parseValueFrom(valueFrom);
      const value = find(shelf, id)?.value;
      return key === undefined || value === undefined ? value : readKey(value, key);
    },
    arnOf(valueFrom) {
      const { id } = parseValueFrom(valueFrom);
      return find(shelf, id)?.arn ?? (id.startsWith('arn:') ? id : arnFor(account, id));
    },
  };
}

interface Shelf {
  account: Account;
  secrets: Map<string, Secret>;
}

function createOperations(shelf: Shelf): Record<string, Operation> {
  const identity = (secret: Secret) => ({ ARN: secret.arn, Name: secret.name, VersionId: secret.versionId });
  const current = { VersionStages: ['AWSCURRENT'] };
  return {
    GetSecretValue: operation<GetSecretValueRequest>((request) => {
      const secret = get(shelf, request.SecretId);
      return { ...identity(secret), ...current, SecretString: secret.value, CreatedDate: secret.createdAt / 1_000 };
    }),
    CreateSecret: operation<CreateSecretRequest>((request) => {
      const name = request.Name ?? '';
      if (shelf.secrets.has(name)) throw new AwsError('ResourceExistsException', `The secret ${name} already exists.`);
      return identity(add(shelf, name, request.SecretString ?? ''));
    }),
    PutSecretValue: operation<PutSecretValueRequest>((request) => {
      const secret = get(shelf, request.SecretId);
      secret.value = request.SecretString ?? '';
      secret.versionId = randomUUID();
      return { ...identity(secret), ...current };
    }),
  };
}

function add(shelf: Shelf, name: string, value: string): Secret {
  const arn = arnFor(shelf.account, name);
  const secret = { name, arn, value, versionId: randomUUID(), createdAt: Date.now() };
  shelf.secrets.set(name, secret);
  return secret;
}

/** AWS ends the ARN with six random characters; here they follow from the name, so that a restart changes nothing. */
function arnFor(account: Account, name: string): string {
  const suffix = createHash('sha256').update(name).digest('hex').slice(0, 6);
  return arnOf(account, 'secretsmanager', `secret:${name}-${suffix}`);
}

/** By name, by ARN, or by ARN without the six characters at its end. */
function find({ secrets }: Shelf, id: string): Secret | undefined {
  const byArn = (secret: Secret) => secret.arn === id || secret.arn.slice(0, -'-abcdef'.length) === id;
  return secrets.get(id) ?? [...secrets.values()].find(byArn);
}

function get(shelf: Shelf, id: string | undefined): Secret {
  const secret = find(shelf, id ?? '');
  if (!secret) throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  return secret;
}

/** `arn:aws:secretsmanager:ap-northeast-1:000000000000:secret:shop/database-AbCdEf:password::`, in buildspecs also `shop/database:password`. */
function parseValueFrom(valueFrom: string): { id: string; key: string | undefined } {
  const parts = valueFrom.split(':');
  const idParts = valueFrom.startsWith('arn:') ? 7 : 1;
  return { id: parts.slice(0, idParts).join(':'), key: parts[idParts] || undefined };
}

function readKey(json: string, key: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(json) as Record<string, unknown>)[key];
    return typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    return undefined; // not JSON: the key is not there either
  }
}
