import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './aws-error.ts';
import { type Calling, carryOut } from './call.ts';
import { type BatchPaths, readBody, readWireCall, writeAnswer, writeError } from './http-protocol.ts';
import type { LocalPages } from './local-pages.ts';

/** What the server serves. */
export interface Serving {
  calling: Calling;
  paths: BatchPaths;
  pages: LocalPages;
}

/** A server that listens. */
export interface LocalServer {
  endpoint: string;
  /** Breaks all connections and closes. */
  close(): Promise<void>;
}

/** Listens on 127.0.0.1 only. Rejects when the port is taken. */
export async function listen(serving: Serving, port: number): Promise<LocalServer> {
  const server = createServer((message, response) => {
    serve(serving, message, response).catch((error: unknown) => {
      // A fault of the local AWS itself: the caller gets it whole, as nobody else would see it.
      if (response.headersSent || response.destroyed) return;
      writeError(response, new AwsError('InternalFailure', describeFault(error), 500));
    });
  });
  // Clients keep connections for longer than Node's 5 s: closing under a request would look like a lost answer.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function serve(serving: Serving, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const body = await readBody(message);
  if (serving.pages.serve(message, body, response)) return;
  const call = readWireCall(message, body, serving.paths);
  if (!call) {
    writeError(
      response,
      new AwsError('UnknownOperationException', `The local AWS does not play ${message.method} ${message.url}.`, 404),
    );
    return;
  }
  const end = await carryOut(serving.calling, call, gone.signal);
  switch (end.kind) {
    case 'answer':
      return writeAnswer(response, end.answer);
    case 'error':
      return writeError(response, end.error);
    case 'lost':
      message.socket.destroy();
  }
}

function describeFault(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return `${error instanceof Error ? error.message : String(error)}${cause}`;
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
