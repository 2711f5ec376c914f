import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

const made: string[] = [];

/** Writes a project of these files (path to content) into a folder of its own, and gives its path. */
export async function project(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'nightshift-project-'));
  made.push(directory);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(directory, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, content);
  }
  return directory;
}

/** For `afterAll`: removes all that {@link project} made. */
export async function removeProjects(): Promise<void> {
  for (const directory of made.splice(0)) await rm(directory, { recursive: true, force: true });
}

/** The text of a job file: a small sound job with `changes` (source text of an object's fields) put over it. */
export function jobFile(id: string, changes = ''): string {
  return `export const job = {
    id: '${id}', name: 'A job',
    tasks: { work: { kind: 'batch', options: { app: 'app', command: ['node', 'work.js'], vcpu: 1, memory: '2 GB' } } },
    async run() {},
    ${changes}
  };\n`;
}

/** The error that a promise ends with; fails when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<Error> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It should have thrown');
}
