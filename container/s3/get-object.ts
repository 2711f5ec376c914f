import type { Environment } from '../environment.ts';
import { type HttpAnswer, httpGet } from '../http-get.ts';
import { containerCredentials } from './credentials.ts';
import { signed } from './sign.ts';

const timeoutMs = 30_000;
/** Pauses before the next tries: thousands of shards may ask for one object in the same second. */
const pausesMs = [200, 500, 1_000, 2_000, 4_000];

/**
 * Reads the text of an object, `s3://bucket/key`, and returns when it is there. Throws when AWS refuses it; the message
 * names the object and what to do.
 */
export function getObject(address: string, env: Environment): string {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(address) ?? [];
  if (bucket === undefined || key === undefined)
    throw new Error(`${address} is no object of S3: it must be s3://bucket/key`);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region) throw new Error(`AWS_REGION is not set, and the input is in ${address}`);
  const url = urlOf({ bucket, key, region }, env);
  const credentials = containerCredentials(env);
  const ask = () =>
    httpGet({ url: url.href, headers: signed({ url, headers: {}, region, at: new Date() }, credentials), timeoutMs });
  const answer = pausesMs.reduce((last, pauseMs) => (isPassing(last) ? againAfter(pauseMs, ask) : last), ask());
  if (answer.status === 200) return answer.body;
  throw new Error(`The input cannot be read from ${address}: ${whatCameBack(answer)}`);
}

/** In AWS the bucket is part of the host; where names with dots fit no certificate, and at other addresses, of the path. */
function urlOf(of: { bucket: string; key: string; region: string }, env: Environment): URL {
  const { bucket, region } = of;
  const endpoint = env.AWS_ENDPOINT_URL_S3 || env.AWS_ENDPOINT_URL;
  const key = of.key.split('/').map(encoded).join('/');
  if (endpoint) return new URL(`${endpoint.replace(/\/$/, '')}/${bucket}/${key}`);
  if (bucket.includes('.')) return new URL(`https://s3.${region}.amazonaws.com/${bucket}/${key}`);
  return new URL(`https://${bucket}.s3.${region}.amazonaws.com/${key}`);
}

/** As the signature wants it: encodeURIComponent leaves five characters more. */
function encoded(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
}

function isPassing({ status }: HttpAnswer): boolean {
  return status === 0 || status === 429 || status >= 500;
}

function againAfter(ms: number, ask: () => HttpAnswer): HttpAnswer {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
  return ask();
}

function whatCameBack({ status, body }: HttpAnswer): string {
  if (status === 0) return `no answer (${body}); check that the container reaches S3`;
  const [, code = 'no code'] = /<Code>(\w+)<\/Code>/.exec(body) ?? [];
  const said = `${code} (${status})`;
  if (status === 404)
    return `${said}: it is not there any more; start the attempt anew, and look at the bucket's lifecycle rule`;
  if (status === 403) return `${said}: the task's role needs s3:GetObject on it`;
  return said;
}
