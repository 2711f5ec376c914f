import type { ContainerRuntime, Pulled } from '../containers/runtime.ts';
import type { LocalDocker } from '../options.ts';
import { type DockerApi, DockerError, dockerApi } from './docker-api.ts';
import { remove, startDockerContainer } from './docker-container.ts';

/** By these labels containers are found again: whose they are, and what they run for. */
const ownerLabel = 'nightshift.local-aws';
const markLabel = 'nightshift.task';

/**
 * Containers are containers of Docker, from the images that it has. Those that an owner of this name left behind when
 * it was killed are removed first.
 * @throws DockerError when Docker does not answer.
 */
export async function dockerRuntime({ socketPath, network, owner }: LocalDocker): Promise<ContainerRuntime> {
  const docker = dockerApi(socketPath ?? '/var/run/docker.sock');
  await removeAll(docker, owner);
  return {
    base: {},
    pull: (name) => lookFor(docker, name, { network, owner }),
    clear: () => removeAll(docker, owner),
  };
}

async function lookFor(
  docker: DockerApi,
  name: string | undefined,
  { network, owner }: Pick<LocalDocker, 'network' | 'owner'>,
): Promise<Pulled> {
  const image = name ?? '';
  try {
    await docker.call({ method: 'GET', path: `/images/${encodeURI(image)}/json` });
  } catch (error) {
    if (!(error instanceof DockerError)) throw error;
    const what = error.status === 404 ? `there is no image ${image}: build it` : error.message;
    return { reason: `CannotPullContainerError: ${what}` };
  }
  return {
    image: {
      environment: {},
      start: (run) => {
        const labels = { [ownerLabel]: owner, [markLabel]: run.mark };
        return startDockerContainer(docker, { image, run, network, labels });
      },
    },
  };
}

async function removeAll(docker: DockerApi, owner: string): Promise<void> {
  const filters = encodeURIComponent(JSON.stringify({ label: [`${ownerLabel}=${owner}`] }));
  const left = await docker.call({ method: 'GET', path: `/containers/json?all=1&filters=${filters}` });
  await Promise.all((left as { Id: string }[]).map(({ Id: id }) => remove(docker, id)));
}
