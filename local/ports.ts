import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { LocalServerError } from './server-error.ts';

const host = '127.0.0.1';

/** A port of 127.0.0.1 that was free a moment ago. Another process may take it before the caller does. */
export async function freePort(): Promise<number> {
  return await listenOnce(0);
}

/** True when nothing listens on the port of 127.0.0.1. */
export async function portIsFree(port: number): Promise<boolean> {
  return await listenOnce(port).then(
    () => true,
    () => false,
  );
}

/**
 * The port to use: the asked one, or a free one for 0 or undefined.
 * @throws LocalServerError when the asked port is taken.
 */
export async function choosePort(server: string, asked?: number): Promise<number> {
  if (!asked) return await freePort();
  if (await portIsFree(asked)) return asked;
  throw new LocalServerError(
    `${server} cannot start: port ${asked} of ${host} is taken. Stop what listens there (lsof -i :${asked}), or choose another port.`,
  );
}

/** Resolves when something on 127.0.0.1 takes a connection; rejects with the socket's error when nothing does. */
export async function reachPort(port: number): Promise<void> {
  const socket = createConnection({ port, host });
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address();
      const chosen = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(chosen));
    });
  });
}
