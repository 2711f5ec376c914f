import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BundleSource, bundleWorkflows, entryFile } from './bundle-workflows.ts';

/** What a kept bundle was made of: path to the hash of its content. */
type Ingredients = Record<string, string>;

/**
 * The workflow bundle of a project, made anew only when a file that went into it has changed: bundling takes seconds
 * and a hundred megabytes. Kept in `.nightshift/bundles/`.
 * @throws BundleError as bundleWorkflows does; NoBundle where none is kept and none can be.
 */
export async function keptBundle({ jobs, ...rest }: BundleSource): Promise<{ code: string }> {
  // Gone through twice, which an iterator allows only once.
  const source = { ...rest, jobs: [...jobs] };
  const folder = join(source.directory, '.nightshift', 'bundles');
  const name = hash(`${process.version} ${entryFile(folder, source)}`).slice(0, 20);
  const kept = await readKept(folder, name);
  if (kept !== undefined) return { code: kept };
  await refuseReadOnly(folder);
  const files = new Set<string>();
  const { code } = await bundleWorkflows(source, files);
  const ingredients: Ingredients = {};
  for (const file of files) {
    const content = await hashOf(file);
    // The bundler also names folders, and files that it made up.
    if (content !== undefined) ingredients[file] = content;
  }
  await replace(join(folder, `${name}.js`), code);
  // Last: a bundle without its list counts for nothing.
  await replace(join(folder, `${name}.json`), JSON.stringify({ code: hash(code), ingredients }));
  return { code };
}

/** The kept code, if every file that went into it is as it was, and it is whole. */
async function readKept(folder: string, name: string): Promise<string | undefined> {
  const list = await readFile(join(folder, `${name}.json`), 'utf8').catch(() => undefined);
  const code = await readFile(join(folder, `${name}.js`), 'utf8').catch(() => undefined);
  if (list === undefined || code === undefined) return undefined;
  const kept = JSON.parse(list) as { code: string; ingredients: Ingredients };
  if (kept.code !== hash(code)) return undefined;
  for (const [file, before] of Object.entries(kept.ingredients)) if ((await hashOf(file)) !== before) return undefined;
  return code;
}

/**
 * An image's file system is read-only, and it holds the bundle that its build made: none that fits means that files of
 * the project have changed since.
 * @throws NoBundle when the folder cannot be written.
 */
async function refuseReadOnly(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EROFS' && code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new NoBundle(folder, code, error);
  }
}

/** An image without the bundle of its own files. */
export class NoBundle extends Error {
  constructor(folder: string, code: string, cause: unknown) {
    super(
      `${folder} holds no bundle of these job files, and cannot be written (${code}): build the image again (nightshift images build), or run "nightshift worker --bundle" where it can be written`,
      { cause },
    );
    this.name = 'NoBundle';
  }
}

/** Written beside and renamed: two starts at once never read half a file. */
async function replace(file: string, content: string) {
  const fresh = `${file}.${process.pid}`;
  await writeFile(fresh, content);
  await rename(fresh, file);
}

async function hashOf(file: string): Promise<string | undefined> {
  return readFile(file).then(hash, () => undefined);
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
