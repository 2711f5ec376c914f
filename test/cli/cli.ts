import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { World } from '../support/world.ts';

const root = resolve(import.meta.dirname, '../..');

/** The project whose jobs are the tests' own. */
export const testProject = resolve(import.meta.dirname, 'project');

/** What a command left behind. */
export interface Finished {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  /** What it has printed so far. */
  stdout(): string;
  finished: Promise<Finished>;
}

/** Where a command runs, and what its environment says. */
export interface CliPlace {
  env?: Record<string, string>;
  cwd?: string;
}

/** Starts `nightshift ...` as a user does: a process of its own, with a clean environment. */
export function startCli(args: string[], { env = {}, cwd = testProject }: CliPlace = {}): Running {
  const child = spawn(process.execPath, [resolve(root, 'bin/nightshift.js'), ...args], {
    cwd,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: process.env.HOME ?? '',
      NO_COLOR: '1',
      NIGHTSHIFT_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => {
    printed.stdout += data;
  });
  child.stderr.on('data', (data) => {
    printed.stderr += data;
  });
  const finished = new Promise<Finished>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code) => done({ code, ...printed }));
  });
  return { child, stdout: () => printed.stdout, finished };
}

/** Runs `nightshift ...` to its end. */
export function cli(args: string[], place?: CliPlace): Promise<Finished> {
  return startCli(args, place).finished;
}

/** The environment by which a command finds the world. */
export function envOf({ databaseUrl, aws }: Pick<World, 'databaseUrl' | 'aws'>): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    AWS_REGION: aws.region,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
}
