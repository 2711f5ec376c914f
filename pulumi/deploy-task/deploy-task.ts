import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import * as pulumi from '@pulumi/pulumi';
import type { DeployTaskInputs } from './run-deploy-task.ts';

/** The same, with what only AWS knows still to come. */
export type DeployTaskArgs = {
  [K in keyof DeployTaskInputs]: DeployTaskInputs[K] extends string[]
    ? pulumi.Input<string[]> | pulumi.Input<string>[]
    : pulumi.Input<DeployTaskInputs[K]>;
};

/** Brings the database and the schedules up to the code of the image, each time that one of them is another; the update fails when it does. */
export class DeployTask extends pulumi.dynamic.Resource {
  constructor(name: string, args: DeployTaskArgs, opts?: pulumi.CustomResourceOptions) {
    super(deployTaskProvider(), name, args, opts);
  }
}

/**
 * What Pulumi's dynamic provider runs. Its functions are sent there as text, so they hold nothing but two addresses: of
 * the loader for TypeScript, and of the module that does the work.
 */
export function deployTaskProvider(): pulumi.dynamic.ResourceProvider {
  const loader = loaderUrl();
  // Not called "module": that would be taken for Node's own.
  const work = new URL(`./run-deploy-task.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href;
  return {
    async create(inputs: DeployTaskInputs) {
      const { tsImport } = await import(loader);
      const { runDeployTask } = await tsImport(work, loader);
      await runDeployTask(inputs);
      return { id: inputs.mark, outs: inputs };
    },
    async diff(_id: string, olds: DeployTaskInputs, news: DeployTaskInputs) {
      return { changes: olds.mark !== news.mark };
    },
    async update(id: string, _olds: DeployTaskInputs, news: DeployTaskInputs) {
      const { tsImport } = await import(loader);
      const { runDeployTask } = await tsImport(work, loader);
      try {
        await runDeployTask(news);
      } catch (error) {
        // Half of it may be done: nothing that was deployed before counts as there any more.
        const { message } = error as Error;
        throw Object.assign(new Error(message), {
          id,
          properties: { ...news, mark: 'unfinished' },
          reasons: [message],
        });
      }
      return { outs: news };
    },
  };
}

/** The loader as an ES module, beside the one for CommonJS, which is what `require` finds. */
function loaderUrl(): string {
  const found = createRequire(import.meta.url).resolve('tsx/esm/api');
  return pathToFileURL(found.replace(/\.cjs$/, '.mjs')).href;
}
