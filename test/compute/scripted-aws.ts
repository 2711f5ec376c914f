import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBatchCompute } from '../../compute/batch/create-batch-compute.ts';
import type { BatchRequest, Compute } from '../../compute/port.ts';

/** One request as it came over the wire; Batch's operations are known by their path, in lower case. */
export interface ScriptedCall {
  operation: string;
  request: Record<string, unknown>;
}

/** An answer, an error by AWS's name for it, or what a bad network does. */
export type ScriptedAnswer =
  | { ok: object }
  | { error: string; status: number; message?: string }
  | 'hang' // never answers
  | 'stall' // sends half an answer, then nothing
  | 'reset' // breaks the connection
  | 'garble'; // answers with something that is no JSON

/** An AWS that says what a test tells it to, for answers that the local AWS never gives. */
export async function withScriptedAws(
  answer: (call: ScriptedCall, count: number) => ScriptedAnswer,
  use: (compute: Compute<BatchRequest>, calls: ScriptedCall[]) => Promise<void>,
): Promise<void> {
  const calls: ScriptedCall[] = [];
  const server = createServer(async (request, response) => {
    const call = await read(request);
    calls.push(call);
    respond(response, answer(call, calls.length));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    await use(computeAt(`http://127.0.0.1:${port}`), calls);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** The adapter as it is in production, with another address and little patience. */
export function computeAt(endpoint: string, callMs = 1_500): Compute<BatchRequest> {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  return createBatchCompute({ region: 'ap-northeast-1', endpoint, credentials, timings: { callMs } });
}

async function read(request: IncomingMessage): Promise<ScriptedCall> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const target = request.headers['x-amz-target'];
  const operation = typeof target === 'string' ? target.split('.')[1] : request.url?.split('/').at(-1);
  return { operation: operation ?? '', request: text === '' ? {} : JSON.parse(text) };
}

function respond(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === 'hang') return;
  if (answer === 'reset') return void response.destroy();
  const status = typeof answer === 'object' && 'error' in answer ? answer.status : 200;
  const headers = typeof answer === 'object' && 'error' in answer ? { 'x-amzn-errortype': answer.error } : {};
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  if (answer === 'stall') return void response.write('{"jobId":');
  if (answer === 'garble') return void response.end('{"environment": secret');
  response.end(JSON.stringify('ok' in answer ? answer.ok : { message: answer.message ?? 'No.' }));
}
