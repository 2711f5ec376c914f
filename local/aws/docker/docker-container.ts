import type { ContainerRun } from '../containers/runtime.ts';
import type { ProcessEnd, TaskProcess } from '../process.ts';
import { type DockerApi, DockerError } from './docker-api.ts';
import { readLog } from './read-log.ts';

/** How a container is made. */
export interface DockerContainer {
  image: string;
  run: ContainerRun;
  /** The network that it joins; undefined: Docker's own. */
  network: string | undefined;
  labels: Record<string, string>;
}

/** Docker counts processor time in periods of this many microseconds. */
const periodMicroseconds = 100_000;

/** Makes and starts a container, and follows it to its end, when it is removed. Rejects when it cannot be started. */
export async function startDockerContainer(docker: DockerApi, container: DockerContainer): Promise<TaskProcess> {
  const made = await docker.call({ method: 'POST', path: '/containers/create', body: bodyOf(container) });
  const { Id: id } = made as { Id: string };
  try {
    await docker.call({ method: 'POST', path: `/containers/${id}/start` });
    const { pid } = await inspect(docker, id);
    const ended = follow(docker, id, container.run.onLine);
    return { pid, ended, signal: (name) => signal(docker, id, name), clear: async () => undefined };
  } catch (error) {
    await remove(docker, id);
    throw error;
  }
}

/** Kills a container if it runs, and removes it with the volumes that only it had. One that is gone is no error. */
export async function remove(docker: DockerApi, id: string): Promise<void> {
  await unlessGone(docker.call({ method: 'DELETE', path: `/containers/${id}?force=1&v=1` }));
}

function bodyOf({ image, run, network, labels }: DockerContainer): object {
  const { vcpu, memoryMib } = run.limits;
  const memory = memoryMib === undefined ? undefined : memoryMib * 1_024 * 1_024;
  return {
    Image: image,
    ...(run.entryPoint === undefined || run.entryPoint.length === 0 ? {} : { Entrypoint: run.entryPoint }),
    ...(run.command.length === 0 ? {} : { Cmd: run.command }),
    Env: Object.entries(run.environment).map(([name, value]) => `${name}=${value}`),
    Labels: labels,
    HostConfig: {
      // A quota and not a number of cores: Docker refuses more of them than the machine has.
      ...(vcpu === undefined ? {} : { CpuPeriod: periodMicroseconds, CpuQuota: Math.round(vcpu * periodMicroseconds) }),
      // No swap beyond it, as on Fargate.
      ...(memory === undefined ? {} : { Memory: memory, MemorySwap: memory }),
      ...(network === undefined ? {} : { NetworkMode: network }),
      // The kind of log that can be followed from its beginning.
      LogConfig: { Type: 'json-file', Config: {} },
    },
  };
}

/** Resolves when it has ended, its log was read and it is removed. Never rejects: without Docker it counts as killed. */
async function follow(docker: DockerApi, id: string, onLine: (line: string) => void): Promise<ProcessEnd> {
  const log = docker
    .stream({ method: 'GET', path: `/containers/${id}/logs?follow=1&stdout=1&stderr=1` })
    .then((stream) => readLog(stream as AsyncIterable<Buffer>, onLine));
  try {
    const waited = docker.call({ method: 'POST', path: `/containers/${id}/wait` });
    await Promise.all([waited, log]);
    const { exitCode, outOfMemory } = await inspect(docker, id);
    await remove(docker, id);
    return { exitCode, signal: undefined, outOfMemory };
  } catch (error) {
    onLine(`The container was lost: ${(error as Error).message}`);
    return { exitCode: undefined, signal: 'SIGKILL' };
  }
}

async function inspect(docker: DockerApi, id: string) {
  const { State: state } = (await docker.call({ method: 'GET', path: `/containers/${id}/json` })) as {
    State: { Pid: number; ExitCode: number; OOMKilled: boolean };
  };
  return { pid: state.Pid, exitCode: state.ExitCode, outOfMemory: state.OOMKilled };
}

/** A Docker that does not answer ends the container's life here, see `follow`: there is nobody to tell. */
function signal(docker: DockerApi, id: string, name: NodeJS.Signals): void {
  void unlessGone(docker.call({ method: 'POST', path: `/containers/${id}/kill?signal=${name}` })).catch(
    () => undefined,
  );
}

async function unlessGone(call: Promise<unknown>): Promise<void> {
  try {
    await call;
  } catch (error) {
    // 404: removed. 409: not running any more, or being removed.
    if (!(error instanceof DockerError && (error.status === 404 || error.status === 409))) throw error;
  }
}
