import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { LocalImage } from '../../local/aws/options.ts';

/** What somebody outside sees of a program that has ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts a command of an app as a container would: in the image's folder, with nothing of this process's environment but PATH and HOME. */
export function startProgram(
  image: LocalImage,
  [command = '', ...args]: string[],
  variables: Record<string, string>,
): { process: ChildProcess; ended: Promise<Ended> } {
  const machine = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
  const child = spawn(command, args, { cwd: image.directory, env: { ...machine, ...image.environment, ...variables } });
  const ended = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  return { process: child, ended: ended.then(([[code], stdout, stderr]) => ({ code, stdout, stderr })) };
}

/** The values of the JSON lines among what a program has printed. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
}
