import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { HealthSettings } from '../config/health-settings.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import type { Watcher } from '../watcher/index.ts';
import type { TemporalWorkers } from './temporal-workers.ts';

/** What the health of a worker is read from. */
export interface HealthParts {
  engine: Pick<WorkerEngine, 'db' | 'timings'>;
  workers: Pick<TemporalWorkers, 'isRunning'>;
  /** Null: this worker has no watcher. */
  watcher: Pick<Watcher, 'silentMs'> | null;
}

/** Who asks for the health gets an answer within this: a check has 5 s. */
const databaseLimitMs = 3_000;

/** What is wrong with a worker now, one line each; empty when it is well. */
export async function problemsOf({ engine, workers, watcher }: HealthParts): Promise<string[]> {
  const problems: string[] = [];
  if (!workers.isRunning()) problems.push('temporal: the worker takes no work');
  const database = await databaseProblem(engine);
  if (database !== null) problems.push(`database: ${database}`);
  const silentMs = watcher?.silentMs() ?? 0;
  if (silentMs > engine.timings.watcherSilenceMs) {
    problems.push(`watcher: no good round for ${Math.round(silentMs / 1_000)} s`);
  }
  return problems;
}

async function databaseProblem({ db }: HealthParts['engine']): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${databaseLimitMs / 1_000} s`), databaseLimitMs);
  });
  const answer = db.query('select 1').then(
    () => null,
    (error: Error) => error.message,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A health page that is served. */
export interface HealthServer {
  /** Such as `http://127.0.0.1:8079/health`. */
  url: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /health`: 200 when there is no problem, else 503, both with `{"problems": [...]}`.
 * @throws an error of the socket, such as EADDRINUSE.
 */
export async function serveHealth(
  { host, port }: HealthSettings,
  problems: () => Promise<string[]>,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
    if (request.method !== 'GET' || request.url !== '/health') {
      answer(404, { error: 'There is only GET /health' });
      return;
    }
    problems().then(
      (found) => answer(found.length === 0 ? 200 : 503, { problems: found }),
      (error: Error) => answer(503, { problems: [error.message] }),
    );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return { url: `http://${host}:${portOf(server)}/health`, close: () => close(server) };
}

function portOf(server: Server): number {
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The health page has no port');
  return address.port;
}

async function close(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
