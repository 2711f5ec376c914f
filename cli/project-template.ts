import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { packageHome } from '../config/package-home.ts';

/** A file of a new project. */
export interface TemplateFile {
  /** Below the project's folder. */
  path: string;
  text: string;
}

/** What of package.json the template speaks of. */
interface OwnPackage {
  version: string;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
}

/**
 * The files of `templates/project`, filled in: `{{name}}` becomes the project's name, and `{{tsx}}` the version of that
 * package which Nightshift itself uses. A `_` at the beginning of a file's name is left out: it keeps npm and other
 * tools from taking the template's own files for theirs.
 */
export async function projectTemplate(name: string): Promise<TemplateFile[]> {
  const home = packageHome();
  const template = join(home, 'templates', 'project');
  const own: OwnPackage = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
  const values = { ...own.devDependencies, ...own.dependencies, nightshift: own.version, name };
  const entries = await readdir(template, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) => ({
      path: join(relative(template, dirname(file)), basename(file).replace(/^_/, '')),
      text: fillIn(await readFile(file, 'utf8'), values),
    })),
  );
}

function fillIn(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{\{([\w@/-]+)\}\}/g, (whole, key: string) => values[key] ?? whole);
}
