import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError } from './aws-error.ts';
import { type Calling, carryOut } from './call.ts';
import { healthPath, type LocalPages } from './local-pages.ts';
import { writeJsonError } from './wire/json-protocol.ts';
import { accessKeyOf, readRequest, type WireProtocol, type WireRequest } from './wire/wire-protocol.ts';

/** What the server serves. */
export interface Serving {
  calling: Calling;
  /** Tried in this order. */
  protocols: WireProtocol[];
  pages: LocalPages;
  /** The one that is let in, and sees more than the health page. Undefined: everybody. */
  accessKeyId: string | undefined;
}

/** Where to listen. */
export interface ListenAddress {
  host: string;
  /** 0: any free one. */
  port: number;
}

/** A server that listens. */
export interface LocalServer {
  endpoint: string;
  /** Breaks all connections and closes. */
  close(): Promise<void>;
}

/**
 * Listens, beyond this machine only when it asks for an access key. Rejects when it would not, or when the port is taken.
 */
export async function listen(serving: Serving, { host, port }: ListenAddress): Promise<LocalServer> {
  if (host !== '127.0.0.1' && serving.accessKeyId === undefined) {
    throw new Error(`The local AWS listens on ${host} only with an access key: nothing does without authentication`);
  }
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
    server.listen(port, host, resolve);
  });
  return { endpoint: `http://${host}:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

async function serve(serving: Serving, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await readRequest(message);
  if (!isLetIn(serving, request)) {
    const text = 'The security token included in the request is invalid.';
    writeJsonError(response, new AwsError('UnrecognizedClientException', text, 403));
    return;
  }
  if (serving.pages.serve(message, request.body, response)) return;
  for (const protocol of serving.protocols) {
    if (await answerBy(protocol, { calling: serving.calling, request, message, response })) return;
  }
  const text = `The local AWS does not play ${message.method} ${message.url}.`;
  writeJsonError(response, new AwsError('UnknownOperationException', text, 404));
}

/** Signatures are not checked: who knows the id is let in. Whether it is up is for everybody to ask. */
function isLetIn({ accessKeyId }: Serving, request: WireRequest): boolean {
  if (accessKeyId === undefined || request.url.pathname === healthPath) return true;
  const [given, wanted] = [Buffer.from(accessKeyOf(request) ?? ''), Buffer.from(accessKeyId)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
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
