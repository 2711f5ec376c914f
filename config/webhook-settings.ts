/** Where a worker takes webhooks, and what they are signed with. */
export interface WebhookSettings {
  host: string;
  port: number;
  /** One, or while it is being changed two. Secrets. */
  secrets: string[];
}

/** `127.0.0.1:8080`, `[::1]:8080`, `0.0.0.0:8080`. */
export const webhookAddress = /^(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}$/;

/** One or two secrets of at least 32 characters. */
export const webhookSecrets = /^[^\s,]{32,}(?:,[^\s,]{32,})?$/;

interface Variables {
  NIGHTSHIFT_WEBHOOK_ADDRESS?: string | undefined;
  NIGHTSHIFT_WEBHOOK_SECRET?: string | undefined;
}

/** What is wrong with the two variables together: nothing listens, on whatever address, that asks for no signature. */
export function webhookProblems(env: Variables): string[] {
  if (env.NIGHTSHIFT_WEBHOOK_ADDRESS === undefined || env.NIGHTSHIFT_WEBHOOK_SECRET !== undefined) return [];
  return [
    'NIGHTSHIFT_WEBHOOK_SECRET: is not set, and NIGHTSHIFT_WEBHOOK_ADDRESS is: nothing listens without authentication; expected a secret of at least 32 characters, for example what `openssl rand -hex 32` prints',
  ];
}

/** The settings; null when no address is set. The variables are checked. */
export function webhookSettings(env: Variables): WebhookSettings | null {
  const { NIGHTSHIFT_WEBHOOK_ADDRESS: address, NIGHTSHIFT_WEBHOOK_SECRET: secrets } = env;
  if (address === undefined || secrets === undefined) return null;
  const cut = address.lastIndexOf(':');
  const host = address.slice(0, cut).replace(/^\[(.*)\]$/, '$1');
  return { host, port: Number(address.slice(cut + 1)), secrets: secrets.split(',') };
}
