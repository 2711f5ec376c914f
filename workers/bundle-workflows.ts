import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import type { RegisteredJob } from '../config/job-registry.ts';
import { packageHome } from '../config/package-home.ts';

/** The workflows' source: ours, and the project's job files. */
export interface BundleSource {
  /** The project's folder. */
  directory: string;
  jobs: Iterable<RegisteredJob>;
  /** Modules with workflow interceptors, for tests that record commands. Default: none. */
  interceptors?: string[];
}

/**
 * Bundles the dispatcher with the project's job files for the workflow sandbox. The entry file is written at bundle
 * time into `.nightshift/`; each job is loaded when a run of it starts. The paths of all files that went into the
 * bundle are added to `files`.
 * @throws BundleError when a job file imports something that the sandbox cannot have; the message names the module.
 */
export async function bundleWorkflows(
  source: BundleSource,
  files: Set<string> = new Set(),
): Promise<WorkflowBundleWithSourceMap> {
  const folder = join(source.directory, '.nightshift');
  await mkdir(folder, { recursive: true });
  const entry = join(folder, `workflows-${randomUUID()}.ts`);
  await writeFile(entry, entryFile(folder, source));
  const problems: string[] = [];
  try {
    return await bundleWorkflowCode({
      workflowsPath: entry,
      workflowInterceptorModules: source.interceptors ?? [],
      logger: onlyProblems(problems),
      webpackConfigHook: (config) => ({
        ...config,
        resolve: { ...config.resolve, modules: ['node_modules', ...ownModules()], conditionNames },
        plugins: [...(config.plugins ?? []), filesInto(files, folder)],
      }),
    });
  } catch (error) {
    throw new BundleError(problems, error);
  } finally {
    await rm(entry, { force: true });
  }
}

/** The job files cannot be bundled for the workflow sandbox. */
export class BundleError extends Error {
  constructor(problems: string[], cause: unknown) {
    const said = problems.join('\n') || (cause as Error).message;
    super(
      `The job files cannot be bundled for workflows: they may import only nightshift, typebox, other job files, and types\n${said}`,
      {
        cause,
      },
    );
    this.name = 'BundleError';
  }
}

/** Notes the files that the bundler reads, but for those that it was given for this once. */
function filesInto(files: Set<string>, folder: string): { apply(compiler: Compiler): void } {
  return {
    apply(compiler) {
      compiler.hooks.done.tap('files', ({ compilation }) => {
        for (const file of compilation.fileDependencies) if (!file.startsWith(folder)) files.add(file);
      });
    },
  };
}

/** The part of the bundler that is told what it read. */
interface Compiler {
  hooks: {
    done: { tap(name: string, heard: (stats: { compilation: { fileDependencies: Iterable<string> } }) => void): void };
  };
}

const fromSource = import.meta.url.endsWith('.ts');

/** What the job files import as `nightshift` is what this process runs: the source, or the built package. */
export const conditionNames = fromSource ? ['nightshift-source', '...'] : ['...'];

/** Where this package's own dependencies are, for projects in which they do not lie beside it. */
function ownModules(): string[] {
  const home = packageHome();
  const around = dirname(home);
  return [join(home, 'node_modules'), ...(basename(around) === 'node_modules' ? [around] : [])];
}

/** The text of the entry file: which job is in which file. */
export function entryFile(folder: string, source: BundleSource): string {
  const workflows = fileURLToPath(new URL('../workflows', import.meta.url));
  const ownEnding = fromSource ? '.ts' : '.js';
  const loaders = [...source.jobs].map(({ job, file, exportName }) => {
    const path = importPath(folder, join(source.directory, file));
    return `  ${JSON.stringify(job.id)}: () => require(${path})[${JSON.stringify(exportName)}],`;
  });
  return [
    `import { makeDispatcher } from ${importPath(folder, join(workflows, `dispatcher${ownEnding}`))};`,
    `export { nightshiftTrigger } from ${importPath(folder, join(workflows, `trigger${ownEnding}`))};`,
    'export default makeDispatcher({',
    ...loaders,
    '});',
    '',
  ].join('\n');
}

function importPath(from: string, to: string): string {
  return JSON.stringify(relative(from, to).split(sep).join('/'));
}

/** The bundler tells its progress: of use only when something is wrong. */
function onlyProblems(problems: string[]) {
  const drop = () => undefined;
  const keep = (message: string) => void problems.push(message);
  return { log: drop, trace: drop, debug: drop, info: drop, warn: drop, error: keep };
}
