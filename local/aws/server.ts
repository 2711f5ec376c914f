import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './aws-error.ts';
import { type Calling, carryOut } from './call.ts';
import type { LocalPages } from './local-pages.ts';
import { writeJsonError } from './wire/json-protocol.ts';
import { accessKeyOf, readRequest, type WireProtocol, type WireRequest } from './wire/wire-protocol.ts';

/** What the server serves. */
export interface Serving {
  calling: Calling;
  /** Tried in this order. */
  protocols: WireProtocol[];
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
      writeJsonError(response, new AwsError('InternalFailure', describeFault(error), 500));
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
  const request = await readRequest(message);
  if (serving.pages.serve(message, request.body, response)) return;
  for (const protocol of serving.protocols) {
    if (await answerBy(protocol, { calling: serving.calling, request, message, response })) return;
  }
  const text = `The local AWS does not play ${message.method} ${message.url}.`;
  writeJsonError(response, new AwsError('UnknownOperationException', text, 404));
}

interface Exchange {
  calling: Calling;
  request: WireRequest;
  message: IncomingMessage;
  response: ServerResponse;
}

/** False: the request is none of this protocol. */
async function answerBy(protocol: WireProtocol, exchange: Exchange): Promise<boolean> {
  const { calling, request, message, response } = exchange;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const call = protocol.read(request);
    if (!call) return false;
    const end = await carryOut(calling, call, { accessKeyId: accessKeyOf(request), signal: gone.signal });
    if (end.kind === 'lost') message.socket.destroy();
    else if (end.kind === 'error') throw end.error;
    else protocol.writeAnswer(response, end.answer, call);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    protocol.writeError(response, error, request);
  }
  return true;
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
