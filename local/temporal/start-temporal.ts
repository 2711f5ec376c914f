import { appendFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { type Child, type ServerLog, startChild } from '../child.ts';
import { choosePort, reachPort } from '../ports.ts';
import { EndedWhileStarting, untilReady } from '../until-ready.ts';

export type TemporalOptions = {
  /** Path of the `temporal` binary: see findTemporal. */
  binary: string;
  /** Namespaces that exist from the start. Default: `['default']`. */
  namespaces?: readonly string[];
  /** gRPC port on 127.0.0.1. Default: 0, a free one. */
  port?: number;
  /** Port of Temporal's own web pages, or false for none. Default: false, which saves memory. */
  uiPort?: number | false;
  /** File that keeps the state between starts. Default: none, the state is in memory. */
  databaseFile?: string;
  /** Folder for `temporal.log`, begun anew at each start. Default: no log file. */
  stateDir?: string;
  log?: ServerLog;
};

export type TemporalServer = {
  /** `127.0.0.1:<port>`, as Temporal clients take it. */
  address: string;
  port: number;
  /** Address of the web pages, when there are some. */
  uiUrl?: string;
  /** The server's process id. */
  pid: number;
  /** Resolves once the server's process is gone. */
  stop(): Promise<void>;
};

const host = '127.0.0.1';
const readyWithinMs = 30_000;

/** The server chooses further ports by itself, and panics when another program takes one of them in the same moment. */
const maxTries = 3;

/**
 * Starts a Temporal development server and waits until each namespace answers.
 * @throws LocalServerError when the port is taken, or the server ends or stays silent; it carries the last lines.
 */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof EndedWhileStarting) || tries === maxTries) throw error;
      options.log?.info('temporal starts again', { tries, reason: error.message.split('\n')[0] });
    }
  }
}

async function startOnce(options: TemporalOptions): Promise<TemporalServer> {
  const namespaces = options.namespaces ?? ['default'];
  const port = await choosePort('Temporal', options.port);
  const uiPort = options.uiPort ? await choosePort("Temporal's web page", options.uiPort) : undefined;
  const logFile = options.stateDir ? await beginLogFile(options.stateDir) : undefined;
  const child = startChild({
    command: options.binary,
    args: [...serverArguments(namespaces, { port, uiPort }), ...databaseArguments(options.databaseFile)],
    env: {},
    // A state in memory has nothing to save, and the orderly way takes the server a second.
    stopSignal: options.databaseFile ? 'SIGTERM' : 'SIGKILL',
    // Synchronous, since the last lines come when nobody waits for a stream any more; at level warn they are few.
    onLine: logFile === undefined ? undefined : (line) => appendFileSync(logFile, `${line}\n`),
  });

  await untilReady({
    server: 'Temporal',
    child,
    limitMs: readyWithinMs,
    probe: () => describeNamespaces(port, namespaces),
  });
  options.log?.info('temporal started', { address: `${host}:${port}`, pid: child.pid });
  return running(child, port, uiPort);
}

function running(child: Child, port: number, uiPort: number | undefined): TemporalServer {
  return {
    address: `${host}:${port}`,
    port,
    pid: child.pid,
    ...(uiPort ? { uiUrl: `http://${host}:${uiPort}` } : {}),
    stop: () => child.stop(),
  };
}

function serverArguments(
  namespaces: readonly string[],
  ports: { port: number; uiPort: number | undefined },
): readonly string[] {
  return [
    ...['server', 'start-dev', '--ip', host, '--port', String(ports.port)],
    ...(ports.uiPort ? ['--ui-ip', host, '--ui-port', String(ports.uiPort)] : ['--headless']),
    ...namespaces.flatMap((namespace) => ['--namespace', namespace]),
    ...['--log-level', 'warn', '--log-format', 'json', '--disable-config-file', '--disable-config-env'],
    // Halves the time of a regular activity: its first task comes back with the answer of the workflow task.
    ...['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    // Without it the server asks the vendor for its newest version, which delays the start where that is out of reach.
    ...['--dynamic-config-value', 'frontend.enableServerVersionCheck=false'],
  ];
}

function databaseArguments(file: string | undefined): readonly string[] {
  return file ? ['--db-filename', file] : [];
}

async function beginLogFile(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = path.join(folder, 'temporal.log');
  await writeFile(file, '', { mode: 0o600 });
  return file;
}

/**
 * The port opens before the namespaces are known, so its answer alone proves too little. But it comes first: a gRPC
 * connection that is refused once waits for a second before it tries again, and the server is up in 0.2 s.
 */
async function describeNamespaces(port: number, namespaces: readonly string[]): Promise<void> {
  await reachPort(port);
  const connection = await Connection.connect({ address: `${host}:${port}`, connectTimeout: '2 seconds' });
  try {
    for (const namespace of namespaces) await connection.workflowService.describeNamespace({ namespace });
  } finally {
    await connection.close();
  }
}
