import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { LocalWorkspace, type Stack } from '@pulumi/pulumi/automation/index.js';
import { deploy } from '../../pulumi/index.ts';
import { findPulumi } from '../../scripts/pulumi-cli.ts';
import { createAccount } from './provider/nightshift-aws.ts';
import { serveProvider } from './provider/serve-provider.ts';
import type { StandInAws } from './provider/stand-in-aws.ts';

/** A stack under a real engine, in a stand-in of an AWS account. */
export interface EngineStack {
  stack: Stack;
  aws: StandInAws;
  /** From now on the job files of this project are deployed. */
  use(project: string): void;
  /** The state as the engine keeps it. */
  state(): Promise<string>;
}

/** Gives a stack of the project to a test, and takes all of it away again. */
export async function withEngineStack(
  first: string,
  config: Record<string, string>,
  test: (at: EngineStack) => Promise<void>,
): Promise<void> {
  const home = await mkdtemp(join(tmpdir(), 'nightshift-pulumi-'));
  const aws = createAccount('000000000000');
  const provider = await serveProvider(aws);
  let project = first;
  try {
    await mkdir(join(home, 'state'));
    const envVars = await environment(home, provider.port);
    const stack = await LocalWorkspace.createOrSelectStack(
      { projectName: 'nightshift', stackName: 'dev', program: () => deploy(project) },
      { workDir: home, envVars, pulumiHome: join(home, 'home') },
    );
    await stack.setAllConfig(Object.fromEntries(Object.entries(config).map(([key, value]) => [key, { value }])));
    const state = () => readFile(join(home, 'state/.pulumi/stacks/nightshift/dev.json'), 'utf8');
    const use = (next: string) => {
      project = next;
    };
    await test({ stack, aws, state, use });
  } finally {
    provider.close();
    await rm(home, { recursive: true, force: true });
  }
}

async function environment(home: string, port: number): Promise<Record<string, string>> {
  const cli = await findPulumi();
  const found = cli.includes('/') ? `${dirname(cli)}${delimiter}` : '';
  const variables = {
    PATH: `${found}${process.env.PATH ?? ''}`,
    PULUMI_BACKEND_URL: `file://${home}/state`,
    PULUMI_CONFIG_PASSPHRASE: 'of this test alone',
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    PULUMI_DEBUG_PROVIDERS: `aws:${port},pulumi-nodejs:${port}`,
  };
  // The API looks for the CLI by the process's own PATH.
  process.env.PATH = variables.PATH;
  return variables;
}
