import { createRequire } from 'node:module';
import * as pulumi from '@pulumi/pulumi';
import type { MockMonitor as Monitor } from '@pulumi/pulumi/runtime/mocks.js';
import { madeByAws } from './made-by-aws.ts';
import { namedByProperties, type Recorded } from './recorded.ts';

const require = createRequire(import.meta.url);
// Not among what the package exports on purpose: the pinned version decides.
const { MockMonitor } = require('@pulumi/pulumi/runtime/mocks') as { MockMonitor: typeof Monitor };
const { waitForRPCs } = require('@pulumi/pulumi/runtime/settings') as { waitForRPCs(): Promise<void> };

type Register = Monitor['registerResource'];
type Request = Parameters<Register>[0];

const account = '111111111111';

/** What a piece of a program registers, with what mocks alone do not show: parents, protection, ignored changes, waits. */
export async function record(make: () => void): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  class RecordingMonitor extends MockMonitor {
    override registerResource(...[request, answer]: Parameters<Register>): ReturnType<Register> {
      recorded.push(recordedOf(request));
      return super.registerResource(request, answer);
    }
  }
  const monitor = new RecordingMonitor({
    call: () => {
      throw new Error('A component asks AWS for something');
    },
    newResource: ({ type, name, inputs }) => ({
      id: `${name}-id`,
      state: { ...madeByAws({ type, name, inputs } as Recorded, account), ...inputs },
    }),
  });
  await pulumi.runtime.setMockOptions(monitor, 'nightshift', 'test', false);
  make();
  // Nothing waits for what no output depends on.
  await waitForRPCs();
  return recorded;
}

/** The inputs of the resources of a type, such as `batch.JobQueue`, by name. */
export function inputsOf(resources: readonly Recorded[], type: string): Record<string, Record<string, unknown>> {
  const [module = '', last = ''] = type.split('.');
  const found = resources.filter((each) => each.type.startsWith(`aws:${module}/`) && each.type.endsWith(`:${last}`));
  return Object.fromEntries(found.map(({ name, inputs }) => [name, inputs]));
}

function recordedOf(request: Request): Recorded {
  const inputs = (request.getObject()?.toJavaScript() ?? {}) as Record<string, unknown>;
  const type = request.getType();
  const name = request.getName();
  return {
    ...{ type, name, inputs, urn: `${type}::${name}`, custom: request.getCustom(), secretInputs: [] },
    ...{ parent: request.getParent(), protect: request.getProtect(), retainOnDelete: request.getRetainondelete() },
    ...{ ignoreChanges: request.getIgnorechangesList(), dependsOn: request.getDependenciesList() },
    namedByProperties: namedByProperties(request.getPropertydependenciesMap()),
    provider: request.getProvider(),
  };
}
