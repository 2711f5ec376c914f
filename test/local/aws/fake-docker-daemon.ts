import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';

/** A container of the fake daemon: a process that runs once it is started. */
export interface FakeContainer {
  id: string;
  /** As it was asked for: Image, Cmd, Env, Labels, HostConfig. */
  asked: {
    Image: string;
    Cmd?: string[];
    Entrypoint?: string[];
    Env: string[];
    Labels: Record<string, string>;
    HostConfig: object;
  };
  process: ChildProcess | undefined;
  exitCode: number | undefined;
  output: Buffer[];
}

/** A daemon that answers at a socket as Docker's does. */
export interface FakeDaemon {
  socketPath: string;
  /** All that were made and not removed. */
  containers: FakeContainer[];
  /** All that were ever made. */
  made: FakeContainer[];
  /** What the next containers that end are said to have died of. */
  outOfMemory: boolean;
  stop(): Promise<void>;
}

/** Starts one that has the image `image` alone. A container's command runs as a process of this machine. */
export async function startFakeDaemon(folder: string): Promise<FakeDaemon> {
  const daemon: FakeDaemon = {
    socketPath: join(folder, 'docker.sock'),
    containers: [],
    made: [],
    outOfMemory: false,
    stop,
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const url = new URL(request.url ?? '/', 'http://docker');
    const { status, content } = await answer(daemon, {
      line: `${request.method} ${url.pathname}`,
      url,
      body: Buffer.concat(chunks).toString(),
    });
    response.writeHead(status).end(Buffer.isBuffer(content) ? content : JSON.stringify(content));
  });
  server.listen(daemon.socketPath);
  await once(server, 'listening');
  async function stop() {
    for (const { process } of daemon.made) process?.kill('SIGKILL');
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  return daemon;
}

interface Asked {
  line: string;
  url: URL;
  body: string;
}

interface Reply {
  status: number;
  content?: object;
}

const missing: Reply = { status: 404, content: { message: 'No such container' } };

async function answer(daemon: FakeDaemon, { line, url, body }: Asked): Promise<Reply> {
  if (line.startsWith('GET /images/'))
    return line === 'GET /images/image/json' ? { status: 200, content: {} } : missing;
  if (line === 'POST /containers/create') {
    return { status: 201, content: { Id: create(daemon, JSON.parse(body)).id } };
  }
  if (line === 'GET /containers/json') {
    return { status: 200, content: listed(daemon, url).map(({ id }) => ({ Id: id })) };
  }
  const [, id = '', action = ''] = /^\w+ \/containers\/(\w+)\/?(\w*)$/.exec(line) ?? [];
  const container = daemon.containers.find((one) => one.id === id);
  if (container === undefined) return missing;
  if (line.startsWith('DELETE')) {
    daemon.containers.splice(daemon.containers.indexOf(container), 1);
    container.process?.kill('SIGKILL');
    return { status: 204 };
  }
  return act(daemon, container, { action, url });
}

async function act(
  daemon: FakeDaemon,
  container: FakeContainer,
  { action, url }: { action: string; url: URL },
): Promise<Reply> {
  const { process, output } = container;
  switch (action) {
    case 'start':
      return start(container).then(
        () => ({ status: 204 }),
        (error: Error) => ({ status: 400, content: { message: `exec: ${error.message}` } }),
      );
    case 'json': {
      const state = { Pid: process?.pid ?? 0, ExitCode: container.exitCode ?? 0, OOMKilled: daemon.outOfMemory };
      return { status: 200, content: { State: state } };
    }
    case 'kill':
      return { status: process?.kill(url.searchParams.get('signal') as NodeJS.Signals) ? 204 : 409 };
    case 'wait':
      await whenEnded(container);
      return { status: 200, content: { StatusCode: container.exitCode } };
    default:
      await whenEnded(container);
      return { status: 200, content: Buffer.concat(output) };
  }
}

function create(daemon: FakeDaemon, asked: FakeContainer['asked']): FakeContainer {
  const id = `c${daemon.made.length + 1}`;
  const container: FakeContainer = { id, asked, process: undefined, exitCode: undefined, output: [] };
  daemon.containers.push(container);
  daemon.made.push(container);
  return container;
}

function listed(daemon: FakeDaemon, url: URL): FakeContainer[] {
  const { label } = JSON.parse(url.searchParams.get('filters') ?? '{}') as { label: string[] };
  return daemon.containers.filter(({ asked }) =>
    label.every((one) => asked.Labels[one.split('=')[0] ?? ''] === one.split('=')[1]),
  );
}

async function start(container: FakeContainer): Promise<void> {
  const { Cmd = [], Entrypoint = [], Env } = container.asked;
  const [file = '', ...args] = [...Entrypoint, ...Cmd];
  const env = { PATH: process.env.PATH, ...Object.fromEntries(Env.map((one) => one.split(/=(.*)/s).slice(0, 2))) };
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  container.process = child;
  child.stdout.on('data', (data: Buffer) => container.output.push(framed(1, data)));
  child.stderr.on('data', (data: Buffer) => container.output.push(framed(2, data)));
  child.once('close', (code, signal) => {
    container.exitCode = code ?? (signal === 'SIGKILL' ? 137 : 143);
  });
  await once(child, 'spawn');
}

function framed(stream: number, data: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

async function whenEnded(container: FakeContainer): Promise<void> {
  if (container.exitCode === undefined && container.process !== undefined) await once(container.process, 'close');
}
