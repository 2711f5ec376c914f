import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

const library = new URL('../../container/index.ts', import.meta.url).href;

/** A container's program, running as a process of its own. */
export interface Program {
  process: ChildProcess;
  /** Waits for the end. */
  ended: Promise<Ended>;
}

/** What somebody outside sees of a program that has ended. */
export interface Ended {
  code: number | null;
  /** Stdout, parsed: every line has to be one JSON object. */
  lines: Line[];
  stdout: string;
  stderr: string;
}

/** One line of stdout. */
export type Line = Record<string, unknown>;

/** Starts a program with the container library at hand as `n`; nothing but `env` and PATH is in its environment. */
export function startProgram(source: string, env: Record<string, string> = {}): Program {
  const code = `import * as n from ${JSON.stringify(library)};\n${source}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { process: child, ended: outcome(child, Promise.all([text(child.stdout), text(child.stderr)])) };
}

/** Runs a program to its end. */
export function runProgram(source: string, env: Record<string, string> = {}): Promise<Ended> {
  return startProgram(source, env).ended;
}

async function outcome(child: ChildProcess, output: Promise<[string, string]>): Promise<Ended> {
  const [[code], [stdout, stderr]] = await Promise.all([once(child, 'exit'), output]);
  return { code, lines: parseLines(stdout), stdout, stderr };
}

function parseLines(stdout: string): Line[] {
  const complete = stdout.split('\n');
  if (complete.pop() !== '') throw new Error(`The last line does not end: ${stdout.slice(-200)}`);
  return complete.map((line) => JSON.parse(line));
}
