import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { packageHome } from '../config/package-home.ts';

/** What of package.json the template speaks of. */
interface OwnPackage {
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * Writes the files of `templates/project` into a folder; gives their number. `{{name}}` becomes the project's name and
 * `{{tsx}}` the version of that package which Nightshift itself uses. A `_` at the beginning of a file's name is left
 * out: it keeps npm and other tools from taking the template's own files for theirs.
 */
export async function writeTemplate(folder: string, name: string): Promise<number> {
  const home = packageHome();
  const template = join(home, 'templates', 'project');
  const own: OwnPackage = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const values = { ...own.devDependencies, ...own.dependencies, nightshift: own.version, name };
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const file of files) {
    const target = join(folder, dirname(file).slice(template.length), basename(file).replace(/^_/, ''));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, fillIn(await readFile(file, 'utf8'), values));
  }
  return files.length;
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([\w@/-]+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}
