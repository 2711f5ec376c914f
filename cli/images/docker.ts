import { runCommand } from '../../local/run-command.ts';
import { exitCodes, ImageError } from '../exit-codes.ts';

/** How a docker command ended: its exit code, and the end of what it printed. */
export interface DockerEnd {
  code: number | null;
  output: string;
}

/** Runs docker commands of the user's own Docker; the signal ends the one that runs. */
export type Docker = (...args: string[]) => Promise<DockerEnd>;

/**
 * Gives what runs docker commands. Each rejects with an ImageError when there is no docker, no BuildKit in it, or no
 * daemon that answers; with the signal's reason when that ends it. What the command itself refused is in its end.
 */
export function openDocker(signal: AbortSignal): Docker {
  return async (...args) => {
    const end = await runCommand('docker', args, { env: process.env, signal }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      throw unreachable(
        'There is no docker on PATH: install Docker, or run this where it is, such as in a CodeBuild project',
      );
    });
    if (end.code === 0) return end;
    const problem = problemOf(end.output);
    if (problem !== undefined) throw unreachable(problem);
    return end;
  };
}

function problemOf(output: string): string | undefined {
  if (/Cannot connect to the Docker daemon|Is the docker daemon running|error during connect/i.test(output)) {
    return `Docker does not answer: start it (Docker Desktop, or systemctl start docker), or correct DOCKER_HOST\n${tailOf(output, 3)}`;
  }
  if (/permission denied.*docker.*sock/is.test(output)) {
    return `Docker refuses this user: add the user to the group docker, or use rootless Docker\n${tailOf(output, 3)}`;
  }
  if (/'buildx' is not a docker command|unknown command: docker buildx|buildx component is missing/.test(output)) {
    return 'This Docker has no BuildKit (docker buildx): install its plug-in buildx, which Docker Desktop and the package docker-buildx bring';
  }
  return undefined;
}

function unreachable(message: string): ImageError {
  return new ImageError(message, exitCodes.unreachable);
}

/** The last lines of what a command printed, without empty ones. */
export function tailOf(output: string, lines = 20): string {
  return output
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('\n');
}
