import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  constants,
  createServer,
  type Http2Session,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import type { Server } from 'node:net';
import { type Breakable, listenOn, type ServiceProxy } from './proxy.ts';
import type { SeenCall, Tap } from './tap.ts';

/** An answer, whole. Without a body, the status of gRPC stands in the headers. */
interface Answer {
  headers: IncomingHttpHeaders;
  trailers: IncomingHttpHeaders | undefined;
  body: Buffer;
}

/** An answer to a poll that is longer than this (bytes) brings a task; an empty one has hardly anything in it. */
const emptyPollBytes = 100;

/** Passes gRPC calls on to Temporal at this address, whole, and the answers back, whole. All of its calls are unary. */
export async function startTemporalProxy(address: string, tap: Tap): Promise<ServiceProxy> {
  const open = new Set<Breakable>();
  const server = createServer();
  server.on('session', (session) => {
    const upstream = connect(`http://${address}`);
    const pair = { destroy: () => end() };
    open.add(pair);
    const end = () => {
      open.delete(pair);
      // Polls of the dead must end at the server, which would hand them tasks.
      destroyLater(session);
      destroyLater(upstream);
    };
    for (const one of [session, upstream]) one.on('error', end).once('close', end);
    session.on('stream', (stream, headers) => {
      stream.on('error', () => stream.destroy());
      forward({ upstream, tap }, stream, headers).catch(() => stream.destroy());
    });
  });
  return listenOn(server as unknown as Server, open);
}

/** Not from within one of its own callbacks: Node's HTTP/2 was seen to corrupt its memory there. */
function destroyLater(session: Http2Session): void {
  setImmediate(() => session.destroyed || session.destroy());
}

async function forward(
  { upstream, tap }: { upstream: ClientHttp2Session; tap: Tap },
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const body = await readAll(stream);
  const call: SeenCall = { service: 'Temporal', name: String(headers[':path']).split('/').at(-1) ?? '' };
  if (!tap.passes(call, 'before') || upstream.destroyed) return;
  const asked = upstream.request({ ...headers });
  stream.once('close', () => setImmediate(() => asked.destroyed || asked.close(constants.NGHTTP2_CANCEL)));
  asked.end(body);
  const answer = await answerOf(asked);
  const brings = call.name.startsWith('Poll') && answer.body.length > emptyPollBytes;
  if (!tap.passes(brings ? { ...call, name: `${call.name}, with a task` } : call, 'after')) return;
  if (!stream.destroyed) write(stream, answer);
}

function write(stream: ServerHttp2Stream, { headers, trailers, body }: Answer): void {
  if (trailers === undefined) {
    stream.respond(headers, { endStream: true });
    return;
  }
  stream.respond(headers, { waitForTrailers: true });
  stream.once('wantTrailers', () => stream.sendTrailers(trailers));
  stream.end(body);
}

async function answerOf(asked: ClientHttp2Stream): Promise<Answer> {
  let trailers: IncomingHttpHeaders | undefined;
  asked.once('trailers', (received) => {
    trailers = received;
  });
  const headers = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    asked.once('response', resolve);
    asked.once('error', reject);
    asked.once('close', () => reject(new Error('closed without an answer')));
  });
  const [received, body] = await Promise.all([headers, readAll(asked)]);
  return { headers: received, trailers, body };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}
