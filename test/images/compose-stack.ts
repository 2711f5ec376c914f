import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../local/ports.ts';
import { findTemporal } from '../../local/temporal/find-temporal.ts';

const root = resolve(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The services of docker-compose.yml under a name of their own, beside whatever else this machine's Docker runs. */
export interface ComposeStack {
  project: string;
  /** `docker ...`; gives what it printed. */
  docker(...args: string[]): Promise<string>;
  /** `docker compose ...` for this project. */
  compose(...args: string[]): Promise<string>;
  /** A command of nightshift in a container that is no worker. */
  nightshift(...args: string[]): Promise<string>;
  /** Everything up and well, from nothing. */
  up(): Promise<void>;
  /** Everything down, volumes too. Gives what is left all the same: containers, volumes, networks. */
  down(): Promise<string[]>;
}

/** Why `docker compose` cannot be used here; undefined when it can. */
export async function whyNoCompose(): Promise<string | undefined> {
  for (const args of [['version'], ['compose', 'version'], ['buildx', 'version']]) {
    const problem = await run('docker', args).then(
      () => undefined,
      (error: { stderr?: string; message: string }) => (error.stderr || error.message).trim(),
    );
    if (problem !== undefined) return `docker ${args.join(' ')} says: ${problem}`;
  }
  return undefined;
}

/** Makes stand-ins for the public images that cannot be had, and gives the services, not yet started. */
export async function composeStack(project: string, progress: (line: string) => void): Promise<ComposeStack> {
  const temporal = await findTemporal({ temporalCli: process.env.TEMPORAL_CLI });
  const made = await run(join(root, 'test/images/stand-ins.sh'), [temporal, ...publicImages()], longOutput);
  for (const line of made.stdout.split('\n')) if (line !== '') progress(line);
  const env = { ...process.env, ...(await freePorts()), BUILDKIT_PROGRESS: 'plain' };
  const docker = async (...args: string[]) => (await run('docker', args, { ...longOutput, cwd: root, env })).stdout;
  const compose = (...args: string[]) => docker('compose', '--project-name', project, ...args);
  return {
    project,
    docker,
    compose,
    nightshift: (...args) => compose('exec', '-T', 'aws', 'node', 'bin/nightshift.js', ...args),
    async up() {
      await compose('build');
      await compose('up', '--detach', '--wait');
    },
    async down() {
      await compose('down', '--volumes');
      return leftOf(docker, project);
    },
  };
}

const longOutput = { maxBuffer: 64 * 1_024 * 1_024 };

async function freePorts(): Promise<Record<string, string>> {
  const names = ['POSTGRES', 'TEMPORAL', 'TEMPORAL_UI', 'AWS'];
  const ports = await Promise.all(names.map(() => freePort()));
  return Object.fromEntries(names.map((name, index) => [`NIGHTSHIFT_${name}_PORT`, String(ports[index])]));
}

/** Those that docker-compose.yml runs, and those that the images which it builds stand on. */
function publicImages(): string[] {
  const compose = readFileSync(join(root, 'docker-compose.yml'), 'utf8');
  const run = [...compose.matchAll(/^ {4}image: (\S+)$/gm)].map(([, image = '']) => image);
  const apps = [...compose.matchAll(/apps\/([a-z-]+)/g)].map(([, app]) => `apps/${app}/Dockerfile`);
  const bases = ['Dockerfile', ...apps].flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/^FROM (\S+:\S+)/gm)].map(([, image = '']) => image),
  );
  return [...new Set([...run.filter((image) => !image.startsWith('nightshift-local/')), ...bases])];
}

async function leftOf(docker: ComposeStack['docker'], project: string): Promise<string[]> {
  const ours = `label=com.docker.compose.project=${project}`;
  const found = await Promise.all([
    docker('ps', '--all', '--filter', ours, '--format', 'container {{.Names}}'),
    docker('ps', '--all', '--filter', `label=nightshift.local-aws=${project}`, '--format', 'task {{.Names}}'),
    docker('volume', 'ls', '--filter', ours, '--format', 'volume {{.Name}}'),
    docker('network', 'ls', '--filter', ours, '--format', 'network {{.Name}}'),
  ]);
  return found.flatMap((text) => text.split('\n')).filter((line) => line !== '');
}
