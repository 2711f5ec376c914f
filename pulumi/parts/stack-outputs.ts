import * as pulumi from '@pulumi/pulumi';
import { ConfigError } from '../../config/config-error.ts';
import type { StackConfig } from '../config/stack-config.ts';
import { type DataOutputs, dataOutputs } from './data-part.ts';
import { type PlatformOutputs, platformOutputs } from './platform-part.ts';

/** What the parts before this one have made; null = this stack makes it itself. */
export interface PartsBefore {
  data: DataOutputs | null;
  platform: PlatformOutputs | null;
}

/** The stack of a part, and all that is needed of it. */
interface Named {
  part: 'data' | 'platform';
  stack: string;
  outputs: Record<string, true>;
}

/**
 * Reads what the stacks of the parts before have exported as `outputs`.
 * @throws ConfigError with each stack that was not deployed, or is that of something else.
 */
export async function readPartsBefore({ part, stacks }: StackConfig): Promise<PartsBefore> {
  const none = { found: null, problem: null };
  const [data, platform] = await Promise.all([
    part === 'all' || part === 'data' || stacks.data === null
      ? none
      : readStack<DataOutputs>({ part: 'data', stack: stacks.data, outputs: dataOutputs }),
    part !== 'jobs' || stacks.platform === null
      ? none
      : readStack<PlatformOutputs>({ part: 'platform', stack: stacks.platform, outputs: platformOutputs }),
  ]);
  const problems = [data.problem, platform.problem].filter((problem) => problem !== null);
  if (problems.length > 0) throw new ConfigError('The stacks that this one builds upon are not right', problems);
  return { data: data.found, platform: platform.found };
}

/** Of a stack that is not there Pulumi itself says so. */
async function readStack<T>(named: Named): Promise<{ found: T; problem: null } | { found: null; problem: string }> {
  const { part, stack } = named;
  const refused = (problem: string) => ({ found: null, problem: `stacks.${part}: the stack ${stack} has ${problem}` });
  const reference = new pulumi.StackReference(stack);
  const { value, secretValue } = await reference.getOutputDetails('outputs');
  const exported: Record<string, unknown> | undefined = value ?? secretValue;
  const right = `write the stack of the part ${part}, such as shop/nightshift/prod-${part}, deployed with the same version`;
  if (exported === undefined) return refused(`no outputs; deploy it first, or ${right}`);
  const names = Object.keys(named.outputs);
  const missing = names.filter((name) => exported[name] === undefined);
  if (missing.length > 0) return refused(`no output ${missing.join(', ')}; ${right}`);
  const outputs = reference.requireOutput('outputs');
  const found = Object.fromEntries(names.map((name) => [name, outputs.apply((all) => all[name])])) as T;
  return { found, problem: null };
}
