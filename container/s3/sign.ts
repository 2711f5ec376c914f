import { createHash, createHmac } from 'node:crypto';

/** What requests to AWS are signed with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of a role. */
  sessionToken?: string | undefined;
}

/** A GET without a body, and the moment at which it is signed. */
export interface Signable {
  url: URL;
  /** Names in lower case; all of them are signed, beside `host`. */
  headers: Record<string, string>;
  region: string;
  at: Date;
}

const algorithm = 'AWS4-HMAC-SHA256';

/** The SHA-256 of a request without a body, for the header `x-amz-content-sha256`. */
export const emptyHash = createHash('sha256').update('').digest('hex');

/** The headers of a GET on S3 with its signature, by AWS's Signature Version 4. The URL's path is taken as it is. */
export function signed({ url, headers, region, at }: Signable, credentials: Credentials): Record<string, string> {
  const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const scope = `${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const { sessionToken } = credentials;
  const all: Record<string, string> = {
    ...headers,
    host: url.host,
    'x-amz-content-sha256': emptyHash,
    'x-amz-date': time,
    ...(sessionToken === undefined ? {} : { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(all).sort();
  const lines = names.map((name) => `${name}:${all[name]?.trim()}\n`).join('');
  const request = ['GET', url.pathname, url.searchParams.toString(), lines, names.join(';'), emptyHash].join('\n');
  const text = [algorithm, time, scope, createHash('sha256').update(request).digest('hex')].join('\n');
  const signature = hmac(signingKey(credentials, scope), text).toString('hex');
  const { host: _, ...sent } = all;
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...sent, authorization };
}

function signingKey({ secretAccessKey }: Credentials, scope: string): Buffer {
  return scope.split('/').reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`));
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
