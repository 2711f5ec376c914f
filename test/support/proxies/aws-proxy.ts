import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Breakable, listenOn, type ServiceProxy } from './proxy.ts';
import type { SeenCall, Tap } from './tap.ts';

/** Passes requests on to AWS at this endpoint, whole, and its answers back, whole. */
export async function startAwsProxy(endpoint: string, tap: Tap): Promise<ServiceProxy> {
  const open = new Set<Breakable>();
  const server = createServer((message, response) => {
    void forward({ endpoint, tap, open }, message, response);
  });
  server.keepAliveTimeout = 120_000;
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  return listenOn(server, open);
}

interface Way {
  endpoint: string;
  tap: Tap;
  open: Set<Breakable>;
}

async function forward({ endpoint, tap, open }: Way, message: IncomingMessage, response: ServerResponse) {
  try {
    const body = await readAll(message);
    const call = callOf(message, body);
    if (!tap.passes(call, 'before')) return;
    const { method, headers, url } = message;
    const upstream = request(new URL(url ?? '/', endpoint), { method: method ?? 'POST', headers });
    open.add(upstream);
    upstream.once('close', () => open.delete(upstream));
    // A caller that hangs up hangs up on AWS: a queue must not hand a message to nobody.
    response.once('close', () => response.writableFinished || upstream.destroy());
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      upstream.once('response', resolve);
      upstream.once('error', reject);
    });
    upstream.end(body);
    const answer = await answered;
    const answerBody = await readAll(answer);
    if (!tap.passes(withMessages(call, answerBody), 'after')) return;
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    response.end(answerBody);
  } catch {
    message.socket.destroy();
  }
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** The operation as AWS's JSON protocols name it, else method and path. */
function callOf({ headers, method, url }: IncomingMessage, body: Buffer): SeenCall {
  const target = headers['x-amz-target'];
  if (typeof target !== 'string') return { service: 'AWS', name: `${method} ${url}` };
  const [api = '', operation = ''] = target.split('.');
  const queue = /"QueueUrl":"[^"]*\/([^/"]+)"/.exec(body.toString())?.[1];
  return { service: 'AWS', name: [api.replace(/_?V?\d{8}$/, ''), operation, queue].filter(Boolean).join(' ') };
}

/** A long poll that brings something is another moment than one that runs out. */
function withMessages(call: SeenCall, answer: Buffer): SeenCall {
  const brings = call.name.includes('ReceiveMessage') && answer.includes('"Messages":[{');
  return brings ? { ...call, name: `${call.name}, with a message` } : call;
}
