import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime } from '@temporalio/worker';
import type { Settings } from '../config/settings.ts';
import type { Log } from '../engine/engine.ts';

type TemporalSettings = Settings['temporal'];

/** Temporal does not answer at the address of the settings. */
export class TemporalUnreachable extends Error {
  constructor(address: string, cause: unknown) {
    super(`Temporal does not answer at ${address}: start it (in local mode: nightshift dev), or set TEMPORAL_ADDRESS`, {
      cause,
    });
    this.name = 'TemporalUnreachable';
  }
}

/** A client for starting and signalling; close its connection after use. */
export async function connectClient({ namespace, connectionOptions }: TemporalSettings): Promise<Client> {
  try {
    const connection = await Connection.connect({ ...connectionOptions, connectTimeout: '5 seconds' });
    return new Client({ connection, namespace });
  } catch (error) {
    throw new TemporalUnreachable(connectionOptions.address, error);
  }
}

/** The connection of a worker. */
export async function connectWorker({ connectionOptions }: TemporalSettings): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(connectionOptions);
  } catch (error) {
    throw new TemporalUnreachable(connectionOptions.address, error);
  }
}

/** The id of the namespace, which changes when a server has lost its memory. */
export async function namespaceId(client: Client): Promise<string> {
  const { namespaceInfo } = await client.workflowService.describeNamespace({ namespace: client.options.namespace });
  if (!namespaceInfo?.id) throw new Error(`Temporal gave no id for the namespace ${client.options.namespace}`);
  return namespaceInfo.id;
}

let installed = false;

/** Leaves signals to the process's own entry point, and sends the SDK's log to ours. Once a process. */
export function installRuntime(log: Log): void {
  if (installed) return;
  installed = true;
  const write = (level: 'info' | 'warn' | 'error') => (message: string, meta?: object) =>
    log[level](message, meta as Record<string, unknown>);
  const drop = () => undefined;
  // Of the SDK's own chatter only trouble; of the jobs everything that they log.
  const fromJob = (message: string, meta?: object) =>
    meta !== undefined && 'sdkComponent' in meta && meta.sdkComponent === 'workflow' && !/^Workflow /.test(message)
      ? write('info')(message, meta)
      : undefined;
  const forward = { TRACE: drop, DEBUG: drop, INFO: fromJob, WARN: write('warn'), ERROR: write('error') };
  Runtime.install({
    shutdownSignals: [],
    logger: {
      log: (level, message, meta) => forward[level](message, meta),
      trace: drop,
      debug: drop,
      info: forward.INFO,
      warn: write('warn'),
      error: write('error'),
    },
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
  });
}
