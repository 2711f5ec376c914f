import { existsSync } from 'node:fs';
import { readDatabasePassword } from '../compute/secrets/database-password.ts';
import type { DatabaseLogin } from '../store/database-login.ts';
import { keptPassword } from '../store/kept-password.ts';
import type { Settings } from './settings.ts';

/** `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:rds!db-1f6e-AbCdEf`. */
export const secretArn = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+$/;

interface Variables {
  DATABASE_URL?: string | undefined;
  DATABASE_PASSWORD_SECRET?: string | undefined;
}

/** What is wrong with the database's variables, each of which is well formed. */
export function databaseProblems({ DATABASE_URL: url = '', DATABASE_PASSWORD_SECRET: secret }: Variables): string[] {
  const { user, password, rootCertificate } = partsOf(url);
  const problems: string[] = [];
  if (rootCertificate !== null && !existsSync(rootCertificate)) {
    problems.push(`DATABASE_URL: its sslrootcert names the file ${rootCertificate}, which is not there`);
  }
  if (secret === undefined || url === '') return problems;
  const example = 'for example postgres://nightshift@db.internal:5432/nightshift?sslmode=verify-full';
  if (password !== '') {
    problems.push(
      `DATABASE_URL: holds a password, and DATABASE_PASSWORD_SECRET is set; leave one of them out, ${example}`,
    );
  }
  if (user === '') {
    problems.push(
      `DATABASE_URL: names no user, and DATABASE_PASSWORD_SECRET is set; expected the secret's user, ${example}`,
    );
  }
  return problems;
}

/** How the database of the settings is opened. Whatever connects to it takes this: the password may be in a secret that rotates. */
export function databaseLogin(
  settings: Pick<Settings, 'databaseUrl' | 'aws'> & Partial<Pick<Settings, 'databasePasswordSecret'>>,
): DatabaseLogin {
  const { databaseUrl: url, databasePasswordSecret: secret = null, aws } = settings;
  if (secret === null) return { url };
  const endpoint = aws.endpointUrl === null ? {} : { endpoint: aws.endpointUrl };
  const request = { secret, user: partsOf(url).user, ...endpoint };
  return { url, password: keptPassword(() => readDatabasePassword(request)) };
}

/** Read here and not by `URL`, which refuses some of what Postgres takes. */
function partsOf(url: string): { user: string; password: string; rootCertificate: string | null } {
  const [, user = '', password = ''] = /^postgres(?:ql)?:\/\/([^:@/?#]*)(?::([^/?#]*))?@/.exec(url) ?? [];
  const query = new URLSearchParams(url.split('?')[1] ?? '');
  return { user: decodeURIComponent(user), password, rootCertificate: query.get('sslrootcert') };
}

/** As many connections to the database as a worker opens at most: those of its work, and the one on which it listens. */
export const workerConnections = 21;
