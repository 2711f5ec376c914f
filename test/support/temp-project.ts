import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processesWith } from './leaks.ts';
import { until } from './until.ts';

/** A project of its own in a temporary folder, run by this checkout's command line. */
export interface TempProject {
  directory: string;
  /** Starts `nightshift ...args` in the project. */
  start(...args: string[]): RunningCommand;
  /** Runs `nightshift ...args` to its end. */
  run(...args: string[]): Promise<CommandEnd>;
}

/** A command that goes on. */
export interface RunningCommand {
  child: ChildProcess;
  output(): string;
  /** Waits until the output contains the text. */
  prints(text: string, timeoutMs?: number): Promise<void>;
  ended: Promise<CommandEnd>;
}

/** How a command ended. */
export interface CommandEnd {
  code: number | null;
  stdout: string;
  stderr: string;
}

const root = process.cwd();

/** Makes a project with these files (path in the checkout, to path in the project), gives it to `use`, and removes it. */
export async function withProject(files: Record<string, string>, use: (project: TempProject) => Promise<void>) {
  const directory = mkdtempSync(join(tmpdir(), 'nightshift-project-'));
  const commands: RunningCommand[] = [];
  try {
    for (const [from, to] of Object.entries(files)) cpSync(join(root, from), join(directory, to), { recursive: true });
    linkModules(directory);
    const start = (...args: string[]) => {
      const command = startCommand(directory, args);
      commands.push(command);
      return command;
    };
    await use({ directory, start, run: (...args) => start(...args).ended });
  } finally {
    for (const { child, ended } of commands) {
      child.kill('SIGKILL');
      await ended;
    }
    await until(() => processesWith(directory).length === 0, { describe: 'all processes of the project to be gone' });
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The checkout's own packages, and the checkout itself as the package `nightshift`. */
function linkModules(directory: string) {
  mkdirSync(join(directory, 'node_modules'));
  writeFileSync(join(directory, 'package.json'), JSON.stringify({ name: 'a-project', type: 'module' }));
  for (const name of ['pg', 'typebox', 'esbuild', '.bin', '@esbuild']) {
    symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name));
  }
  symlinkSync(root, join(directory, 'node_modules', 'nightshift'));
}

function startCommand(directory: string, args: string[]): RunningCommand {
  const child = spawn(process.execPath, [join(root, 'bin', 'nightshift.js'), ...args], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TEMPORAL_CLI: process.env.NIGHTSHIFT_TEST_TEMPORAL_CLI },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, stdout, stderr }));
  return {
    child,
    output: () => stdout + stderr,
    async prints(text, timeoutMs = 60_000) {
      const ends = () => child.exitCode !== null || stdout.includes(text);
      await until(ends, { describe: `"${text}" in the output`, timeoutMs });
      if (!stdout.includes(text))
        throw new Error(`It ended with ${child.exitCode} before it printed "${text}":\n${stdout}${stderr}`);
    },
    ended,
  };
}
