import { type IncomingMessage, request } from 'node:http';

/** Docker said no, or does not answer. */
export class DockerError extends Error {
  override readonly name = 'DockerError';
  /** Of the answer; 0 when there was none. */
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

/** A call of Docker's API. */
export interface DockerCall {
  method: 'GET' | 'POST' | 'DELETE';
  /** With its query, without a version: the daemon answers in its newest. */
  path: string;
  body?: object;
}

/** Docker's API, at the socket of its daemon. */
export interface DockerApi {
  /** The answer's JSON; null when it is empty. Rejects with a DockerError. */
  call(call: DockerCall): Promise<unknown>;
  /** The answer as it comes. Rejects with a DockerError. */
  stream(call: DockerCall): Promise<IncomingMessage>;
}

/** Speaks to the daemon at a Unix socket. */
export function dockerApi(socketPath: string): DockerApi {
  async function stream(call: DockerCall): Promise<IncomingMessage> {
    const answer = await send(socketPath, call);
    const status = answer.statusCode ?? 0;
    if (status < 400) return answer;
    const { message } = parse(await readText(answer)) as { message?: string };
    throw new DockerError(message ?? `Docker answered ${status} to ${call.method} ${call.path}`, status);
  }
  return {
    stream,
    async call(call) {
      return parse(await readText(await stream(call)));
    },
  };
}

function send(socketPath: string, { method, path, body }: DockerCall): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = { host: 'docker', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method, path, headers }, resolve);
    call.once('error', (error: NodeJS.ErrnoException) => {
      const what = `Docker does not answer at ${socketPath} (${error.code ?? error.message}): start it, or mount its socket there`;
      reject(new DockerError(what, 0));
    });
    call.end(text);
  });
}

async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function parse(text: string): unknown {
  if (text.trim() === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.trim().slice(0, 500) };
  }
}
