import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { placeBinary } from '../local/place-binary.ts';
import { runCommand } from '../local/run-command.ts';

/** As in go.mod beside the source. Runs programs of the SDK 3.248 that this project has. */
const release = '3.259.0';
const source = fileURLToPath(new URL('../test/pulumi-engine/cli', import.meta.url));

/**
 * The Pulumi CLI for the test of the whole deployment: the one on PATH when it is of that release, else the one in the
 * user's cache, which is built with Go the first time (about 5 minutes, and 3 GB of Go's own caches).
 * @throws Error with what to do when Go is missing or cannot build it.
 */
export async function findPulumi(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const caches = environment.XDG_CACHE_HOME || path.join(environment.HOME || homedir(), '.cache');
  const target = path.join(caches, 'nightshift', `pulumi-${release}`, 'pulumi');
  if (await isOfRelease('pulumi', environment)) return 'pulumi';
  if (await isThere(target)) return target;
  process.stderr.write(`Building Pulumi ${release} with Go, once, about 5 minutes\n`);
  await build(target, environment);
  return target;
}

async function build(target: string, environment: NodeJS.ProcessEnv): Promise<void> {
  await placeBinary(target, async (folder) => {
    const binary = path.join(folder, path.basename(target));
    const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${release}`;
    const program = 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi';
    const args = ['build', '-C', source, '-trimpath', '-ldflags', `-s -w ${version}`, '-o', binary, program];
    const env = { ...environment, GOFLAGS: '' };
    const { code, output } = await runCommand('go', args, { env }).catch((error: Error) => {
      throw new Error(
        `The test of the Pulumi engine needs Go 1.25 or later, and \`go\` does not start (${error.message})`,
      );
    });
    if (code !== 0)
      throw new Error(`go build of Pulumi ${release} failed [code=${code}]:\n${output.trim().slice(-1_000)}`);
  });
}

async function isOfRelease(command: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const result = await runCommand(command, ['version'], { env: environment }).catch(() => undefined);
  return result?.code === 0 && result.output.trim() === `v${release}`;
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
