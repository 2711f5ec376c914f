import { once } from 'node:events';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { WebhookSettings } from '../../config/webhook-settings.ts';
import type { Engine } from '../../engine/engine.ts';
import { createWebhookApp } from './app.ts';

/** The door, open. */
export interface WebhookServer {
  /** Such as `http://127.0.0.1:8080/hooks/<job>`. */
  url: string;
  /** Answers what is under way, and closes. */
  stop(): Promise<void>;
}

/** Slow senders must not hold connections: a request is to be there within this. */
const requestTimeoutMs = 15_000;

/** What is under way when the worker stops gets this long. */
const closeMs = 2_000;

/**
 * Listens for webhooks at the address of the settings.
 * @throws an error of the socket, such as EADDRINUSE.
 */
export async function serveWebhooks(engine: Engine, settings: WebhookSettings): Promise<WebhookServer> {
  const app = createWebhookApp({ engine, secrets: settings.secrets });
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.requestTimeout = requestTimeoutMs;
  server.headersTimeout = requestTimeoutMs;
  server.listen(settings.port, settings.host);
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : settings.port;
  const host = settings.host.includes(':') ? `[${settings.host}]` : settings.host;
  const url = `http://${host}:${port}/hooks/<job>`;
  engine.log.info('webhooks taken', { url });
  return {
    url,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      const impatient = setTimeout(() => server.closeAllConnections(), closeMs);
      await closed;
      clearTimeout(impatient);
    },
  };
}
