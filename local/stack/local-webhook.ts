import { randomBytes } from 'node:crypto';
import type { JobRegistry } from '../../config/job-registry.ts';
import type { WebhookSettings } from '../../config/webhook-settings.ts';
import { freePort } from '../ports.ts';

/** Where local mode takes webhooks: on a free port of this machine, with a secret of its own; null when no job wants any. */
export async function localWebhook(jobs: JobRegistry): Promise<WebhookSettings | null> {
  if (!jobs.inOrder().some((job) => job.webhook === true)) return null;
  return { host: '127.0.0.1', port: await freePort(), secrets: [randomBytes(32).toString('hex')] };
}

/** The same for another terminal's environment. */
export function webhookVariables(webhook: WebhookSettings | null): Record<string, string> {
  if (webhook === null) return {};
  const { host, port, secrets } = webhook;
  return { NIGHTSHIFT_WEBHOOK_ADDRESS: `${host}:${port}`, NIGHTSHIFT_WEBHOOK_SECRET: secrets.join(',') };
}
