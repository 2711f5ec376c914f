import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** The header that carries time and signature: `t=1764000000,v1=<64 hexadecimal digits>`. */
export const signatureHeader = 'X-Nightshift-Signature';

/** A request may be this much older than the clock here, or newer. */
export const windowMs = 300_000;

/** A request whose signature fits, and how it is known again. */
export type Verdict = { valid: true; hash: string } | { valid: false; reason: string };

/** What is signed with HMAC-SHA256: the time in seconds, a dot, and the body as it is sent. In hexadecimal digits. */
export function sign(secret: string, seconds: string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest('hex');
}

/** Checks a signature against each of the secrets, in constant time, and then its age. */
export function verify(
  request: { header: string | undefined; body: Uint8Array },
  { secrets, nowMs }: { secrets: readonly string[]; nowMs: number },
): Verdict {
  const parsed = parse(request.header);
  if (parsed === undefined) {
    return { valid: false, reason: `${signatureHeader} is missing, or is not t=<unix seconds>,v1=<64 hex digits>` };
  }
  const { seconds, given } = parsed;
  const fits = secrets
    .map((secret) => sign(secret, seconds, request.body))
    // Every secret is tried, so that the time says nothing of which one fits.
    .filter((expected) => timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(given, 'hex')));
  const [fitting] = fits;
  if (fitting === undefined) return { valid: false, reason: `${signatureHeader} does not fit the body and the secret` };
  if (Math.abs(nowMs - Number(seconds) * 1_000) > windowMs) {
    return { valid: false, reason: 'the request is more than 5 minutes off: sign it anew, and check the clock' };
  }
  return { valid: true, hash: createHash('sha256').update(`${seconds}.${fitting}`).digest('hex') };
}

function parse(header: string | undefined): { seconds: string; given: string } | undefined {
  const [, seconds, given] = /^t=(\d{1,12}),v1=([0-9a-fA-F]{64})$/.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  return seconds === undefined || given === undefined ? undefined : { seconds, given };
}
