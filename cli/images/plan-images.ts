import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closest } from '../../config/job-registry.ts';
import { hashPaths } from '../../config/source-files.ts';
import { ownNames } from '../../model/deployed-platform.ts';
import { imageApps } from '../../model/image-apps.ts';
import { UsageError } from '../exit-codes.ts';
import type { OpenProject } from '../project.ts';

/** An image that the project can have. */
export interface ImagePlan {
  /** `worker`, or the app's name. */
  name: string;
  dockerfile: string;
  /** The folder that the build is given. */
  context: string;
  /** Of all that goes into it: the image's tag. */
  hash: string;
}

/** Enough of a content's hash for a tag that people read. */
const hashLength = 20;

/**
 * The named images of a project; none named: those of its deployment, the worker and every app that a Batch, ECS or
 * Lambda task runs. Any other app with a Dockerfile is planned only by its name.
 * @throws UsageError for a name that is none, or an app without a Dockerfile.
 */
export async function planImages(project: OpenProject, names: readonly string[]): Promise<ImagePlan[]> {
  const deployed = imageApps(project.jobs.inOrder()).map(({ app }) => app);
  const known = [...new Set([...deployed, ...(await appsWithDockerfile(project))])];
  for (const name of names) if (!known.includes(name)) throw unknownImage(project, name, known);
  const chosen = names.length === 0 ? deployed : known.filter((name) => names.includes(name));
  return Promise.all(
    chosen.map((name) => (name === ownNames.worker ? planWorker(project.directory) : planApp(project.directory, name))),
  );
}

async function appsWithDockerfile({ directory }: OpenProject): Promise<string[]> {
  const folder = join(directory, 'apps');
  const folders = existsSync(folder) ? await readdir(folder) : [];
  return folders.filter((name) => existsSync(join(folder, name, 'Dockerfile'))).sort();
}

function unknownImage({ directory }: OpenProject, name: string, known: readonly string[]): UsageError {
  if (existsSync(join(directory, 'apps', name))) {
    return new UsageError(
      `The app "${name}" has no image: there is no apps/${name}/Dockerfile, and no Batch, ECS or Lambda task runs it. CodeBuild builds its apps from their source`,
    );
  }
  const close = closest(name, known).join(', ');
  return new UsageError(`There is no app "${name}"; did you mean ${close}?`);
}

/** With the project's own Dockerfile, or else nightshift's. */
async function planWorker(directory: string): Promise<ImagePlan> {
  const ours = join(packageFolder(), 'Dockerfile');
  const own = join(directory, 'Dockerfile');
  const dockerfile = existsSync(own) ? own : ours;
  // Our Dockerfile takes no apps into the image; what another one takes is not known.
  const apps = dockerfile === ours ? ['apps'] : [];
  const leftOut = ['.git', '.nightshift', 'bench', 'docs', 'infra', 'test', ...apps];
  const hash = await hashPaths(directory, ['.'], leftOut);
  const recipe = await hashPaths(dirname(dockerfile), ['Dockerfile', 'Dockerfile.dockerignore']);
  return { name: ownNames.worker, dockerfile, context: directory, hash: tagOf(hash, recipe) };
}

/**
 * From its own folder; an app that needs more has a `Dockerfile.dockerignore`, and is built from the project's folder.
 * That file's lines with `!` then say what goes in.
 */
async function planApp(directory: string, name: string): Promise<ImagePlan> {
  const folder = join(directory, 'apps', name);
  const dockerfile = join(folder, 'Dockerfile');
  if (!existsSync(dockerfile)) {
    throw new UsageError(
      `The app "${name}" has no apps/${name}/Dockerfile, and a task runs it: write one, or correct \`app\` in the job file`,
    );
  }
  const ignore = `${dockerfile}.dockerignore`;
  if (!existsSync(ignore)) {
    return { name, dockerfile, context: folder, hash: tagOf(await hashPaths(folder, ['.'])) };
  }
  const paths = letIn(await readFile(ignore, 'utf8')) ?? ['.'];
  const hash = await hashPaths(directory, [
    ...paths,
    `apps/${name}/Dockerfile`,
    `apps/${name}/Dockerfile.dockerignore`,
  ]);
  return { name, dockerfile, context: directory, hash: tagOf(hash) };
}

/** The paths that a .dockerignore of the form `*`, `!this`, `!that` lets in; undefined when it has another form. */
function letIn(text: string): string[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  if (!lines.includes('*')) return undefined;
  const paths = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1).replace(/^\/|\/$/g, ''));
  return paths.some((path) => /[*?[]/.test(path)) ? undefined : paths;
}

/** A tag that stands for all that was hashed. */
function tagOf(...hashes: string[]): string {
  return createHash('sha256').update(hashes.join(' ')).digest('hex').slice(0, hashLength);
}

/** Where nightshift itself lies, compiled or not: its Dockerfile comes with it. */
function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'Dockerfile')) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
