import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RegisteredJob } from '../config/job-registry.ts';
import { bundleWorkflows } from '../workers/bundle-workflows.ts';

/** The jobs whose imports are looked at. */
export interface JobFiles {
  /** The project's folder. */
  directory: string;
  /** The folder of the job files in it. */
  jobsFolder: string;
  jobs: RegisteredJob[];
}

const advice =
  'a job file imports only nightshift, typebox, other job files, and types (import type): call the rest from a task';

/**
 * Bundles the jobs as a worker does, and finds what has no place in the workflow sandbox. The bundler itself refuses
 * only Node's own modules; most packages it would take, and their code would then run, and fail, in a replay.
 * Gives a line for each job file that brings something in.
 */
export async function forbiddenImports(files: JobFiles): Promise<string[]> {
  const ours = new Set(await modulesOf(files, []).then((bundle) => bundle.modules));
  const isForeign = foreignTo(files, ours);
  const whole = await modulesOf(files, files.jobs);
  if (whole.refused.length === 0 && !whole.modules.some(isForeign)) return [];
  const problems: string[] = [];
  // Only now one by one, to find out whose imports they are.
  for (const each of uniqueFiles(files.jobs)) {
    const { refused, modules } = await modulesOf(files, [each]);
    const names = [...refused, ...new Set(modules.filter(isForeign).map((path) => nameOf(files, path)))];
    if (names.length === 0) continue;
    // What the file itself says tells more than the forty modules that a package brings along.
    const own = await ownImports(files, each.file);
    problems.push(`${each.file}: imports ${(own.length > 0 ? own : names).join(', ')}; ${advice}`);
  }
  return problems.length > 0 ? problems : [`The workflow bundle cannot be made: ${whole.refused.join(', ')}`];
}

interface BundleLook {
  /** Paths of the bundled modules. */
  modules: string[];
  /** Modules that the bundler refused, or its own words when it could not bundle. */
  refused: string[];
}

async function modulesOf({ directory }: JobFiles, jobs: RegisteredJob[]): Promise<BundleLook> {
  try {
    const { code } = await bundleWorkflows({ directory, jobs });
    return { modules: sourcesOf(code), refused: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { modules: [], refused: refusedNames(message) ?? [message.split('\n')[0] ?? message] };
  }
}

/** The bundle carries its source map, which names every module. */
function sourcesOf(code: string): string[] {
  const [, map] = /\/\/# sourceMappingURL=data:application\/json[^,]*;base64,([\w+/=]+)/.exec(code) ?? [];
  if (map === undefined) throw new Error('The workflow bundle has no source map to look at its modules by');
  return (JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as { sources: string[] }).sources;
}

/** The modules that the bundler names in its refusal: those that it knows and refuses, and those that it cannot read. */
function refusedNames(text: string): string[] | undefined {
  const sayings = [/^\s*- '([^']+)'/gm, /Reading from "([^"]+)" is not handled/g, /Can't resolve '([^']+)'/g];
  const names = new Set(sayings.flatMap((saying) => [...text.matchAll(saying)].map(([, name = '']) => name)));
  return names.size > 0 ? [...names] : undefined;
}

/** What a job file imports by its own words and should not. */
async function ownImports({ directory, jobsFolder }: JobFiles, file: string): Promise<string[]> {
  const source = await readFile(join(directory, file), 'utf8');
  const imports = [
    ...source.matchAll(/^\s*(?:import|export)\s+(?!type\b)(?:[^'";=]*?\sfrom\s*)?['"]([^'"]+)['"]/gm),
  ].map(([, from = '']) => from);
  const isAllowed = (from: string) =>
    from.startsWith('.')
      ? join(directory, dirname(file), from).startsWith(join(directory, jobsFolder) + sep)
      : /^(nightshift|typebox)(\/|$)/.test(from);
  return [...new Set(imports.filter((from) => !isAllowed(from)))];
}

/** Foreign is what a bundle without jobs does not have, and what is no job file, no part of the public API and not typebox. */
function foreignTo(files: JobFiles, ours: ReadonlySet<string>): (path: string) => boolean {
  const model = fileURLToPath(new URL('../model', import.meta.url));
  const state = join(files.directory, '.nightshift');
  const folders = [model, state, join(files.directory, files.jobsFolder)].map((folder) => `${folder}${sep}`);
  return (path) =>
    !path.startsWith('webpack/') &&
    !ours.has(path) &&
    !folders.some((folder) => path.startsWith(folder)) &&
    !path.includes(`${sep}node_modules${sep}typebox${sep}`);
}

/** A package by its name, a file of the project by its path. */
function nameOf({ directory }: JobFiles, path: string): string {
  const [, inPackages] = /.*node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path) ?? [];
  return inPackages ?? relative(directory, path);
}

function uniqueFiles(jobs: RegisteredJob[]): RegisteredJob[] {
  return [...new Map(jobs.map((each) => [each.file, each])).values()];
}
