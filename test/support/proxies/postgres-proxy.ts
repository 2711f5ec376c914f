import { connect, createServer, type Socket } from 'node:net';
import { createNaming, type Naming } from './postgres-naming.ts';
import { type Breakable, listenOn, type ServiceProxy } from './proxy.ts';
import type { Tap } from './tap.ts';

/** One message of the protocol: its type (empty for the first of a connection) and its bytes with header. */
interface Message {
  type: string;
  bytes: Buffer;
}

/** Passes statements on to Postgres at this address, each when it is whole, and each answer back when it is whole. */
export async function startPostgresProxy(to: { host: string; port: number }, tap: Tap): Promise<ServiceProxy> {
  const open = new Set<Breakable>();
  const server = createServer((client) => {
    const upstream = connect(to);
    open.add(client).add(upstream);
    const end = () => {
      open.delete(client);
      open.delete(upstream);
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) socket.on('error', end).once('close', end).setNoDelay(true);
    joinSockets({ client, upstream, tap });
  });
  return listenOn(server, open);
}

function joinSockets({ client, upstream, tap }: { client: Socket; upstream: Socket; tap: Tap }): void {
  const naming = createNaming();
  const asked: string[] = [];
  let connected = false;
  let held: Buffer[] = [];
  let answer: Buffer[] = [];
  const toServer = createReader(true, (message) => {
    held.push(message.bytes);
    const name = ending(naming, message);
    // Parts of a statement wait for its end; the password and the farewell are none.
    if (name === undefined && 'PBDEC'.includes(message.type)) return;
    if (name !== undefined) {
      if (!tap.passes({ service: 'Postgres', name }, 'before')) return;
      asked.push(name);
    }
    upstream.write(Buffer.concat(held));
    held = [];
  });
  const toClient = createReader(false, (message) => {
    answer.push(message.bytes);
    const ready = message.type === 'Z';
    const name = ready ? asked.shift() : undefined;
    if (name !== undefined && !tap.passes({ service: 'Postgres', name }, 'after')) return;
    // While it logs in, the client has to answer; notices that come by themselves belong to no statement.
    if (!ready && connected && asked.length > 0) return;
    connected ||= ready;
    client.write(Buffer.concat(answer));
    answer = [];
  });
  client.on('data', toServer);
  upstream.on('data', toClient);
}

/** The name of the call that this message ends: a statement, or the opening of the connection. */
function ending(naming: Naming, { type, bytes }: Message): string | undefined {
  switch (type) {
    case '':
      return 'connect';
    case 'Q':
      naming.statement(text(bytes, 5));
      return naming.end();
    case 'P':
      naming.statement(text(bytes, text.end(bytes, 5) + 1));
      return undefined;
    case 'S':
      return naming.end();
    default:
      return undefined;
  }
}

/** The zero-terminated text at an offset. */
function text(bytes: Buffer, from: number): string {
  return bytes.toString('utf8', from, text.end(bytes, from));
}
text.end = (bytes: Buffer, from: number) => bytes.indexOf(0, from);

/** Cuts what comes into messages. */
function createReader(startsUntyped: boolean, take: (message: Message) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let untyped = startsUntyped;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const at = untyped ? 0 : 1;
      if (rest.length < at + 4) return;
      const length = at + rest.readInt32BE(at);
      if (rest.length < length) return;
      const bytes = rest.subarray(0, length);
      rest = rest.subarray(length);
      take({ type: untyped ? '' : String.fromCharCode(bytes[0] ?? 0), bytes });
      untyped = false;
    }
  };
}
