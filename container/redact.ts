import type { Environment } from './environment.ts';

const removed = '[removed]';

/** Names of variables that usually hold a secret. Shorter values than this would remove ordinary words. */
const secretName = /(PASSWORD|PASSWD|SECRET|TOKEN|CREDENTIAL|API_?KEY|ACCESS_KEY|PRIVATE_KEY|DATABASE_URL|DSN)/i;
const shortestSecret = 6;

/** Takes out of an error's text what looks like a secret: passwords inside URLs, and values of secret variables. */
export function redact(text: string, env: Environment = process.env): string {
  const withoutValues = secretValues(env).reduce((left, value) => left.replaceAll(value, removed), text);
  return withoutValues.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${removed}@`);
}

function secretValues(env: Environment): string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    const isSecret = secretName.test(name) && !name.startsWith('NIGHTSHIFT_');
    return isSecret && value !== undefined && value.length >= shortestSecret ? [value] : [];
  });
}
