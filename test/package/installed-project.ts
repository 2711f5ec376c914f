import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');

/** The packed package, installed into a project that `nightshift init` has made. */
export interface InstalledProject {
  directory: string;
  /** The files in the package. */
  packed: string[];
  /** What npm said while it installed. */
  installed: CommandEnd;
  /** Runs a command in the project to its end. */
  run(command: string, ...args: string[]): Promise<CommandEnd>;
  remove(): void;
}

/** How a command ended. */
export interface CommandEnd {
  code: number;
  stdout: string;
  stderr: string;
}

/** `npm pack` in the checkout, `nightshift init`, `npm install` of the package: what a new user does, in a folder of its own. */
export async function installProject(): Promise<InstalledProject> {
  const place = mkdtempSync(join(tmpdir(), 'nightshift-package-'));
  const remove = () => rmSync(place, { recursive: true, force: true });
  const directory = join(place, 'shop');
  const quiet = ['--no-audit', '--no-fund', '--no-update-notifier'];
  try {
    const pack = await succeeds(root, 'npm', ['pack', '--json', '--pack-destination', place, ...quiet]);
    const [{ filename, files }] = JSON.parse(pack.stdout.slice(pack.stdout.indexOf('[\n')));
    await succeeds(place, process.execPath, [join(root, 'bin/nightshift.js'), 'init', 'shop']);
    const install = ['install', '--prefer-offline', ...quiet, join(place, filename)];
    return {
      directory,
      packed: files.map((file: { path: string }) => file.path).sort(),
      installed: await succeeds(directory, 'npm', install),
      run: (command, ...args) => run(directory, command, args),
      remove,
    };
  } catch (error) {
    remove();
    throw error;
  }
}

async function succeeds(cwd: string, command: string, args: string[]): Promise<CommandEnd> {
  const end = await run(cwd, command, args);
  if (end.code === 0) return end;
  throw new Error(`${command} ${args.join(' ')} ended with ${end.code}:\n${end.stdout}${end.stderr}`);
}

function run(cwd: string, command: string, args: string[]): Promise<CommandEnd> {
  return new Promise((done, fail) => {
    const options = { cwd, env: environment(), maxBuffer: 1 << 26, timeout: 300_000 };
    execFile(command, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      if (typeof code === 'number') done({ code, stdout, stderr });
      else fail(error);
    });
  });
}

/** The user's own, without what Jest, and an npm around it, have put there for this process. */
function environment(): NodeJS.ProcessEnv {
  const ours =
    /^(NIGHTSHIFT_|JEST_|NODE_ENV$|NODE_OPTIONS$|npm_(lifecycle|package|command|execpath|node)|npm_config_local_prefix$|INIT_CWD$|DATABASE_URL$)/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: '1', TEMPORAL_CLI: process.env.NIGHTSHIFT_TEST_TEMPORAL_CLI };
}
