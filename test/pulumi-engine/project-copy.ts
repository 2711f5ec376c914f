import { cp, mkdir, mkdtemp, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Changes of a copy: file to what its text becomes. */
export type Edits = Record<string, (text: string) => string>;

/**
 * A copy of this repository's example project, deployed to the account that the local AWS plays. Job files are imported
 * once by a process, so a changed project is another copy.
 */
export async function copyProject(edits: Edits = {}): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-project-'));
  for (const name of ['jobs', 'apps', 'container', 'functions']) {
    await cp(join(root, name), join(directory, name), { recursive: true, force: true }).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await mkdir(join(directory, 'node_modules'));
  await symlink(root, join(directory, 'node_modules/nightshift'));
  for (const name of ['pg', 'typebox'])
    await symlink(join(root, 'node_modules', name), join(directory, 'node_modules', name));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  const config = await readFile(join(root, 'nightshift.config.ts'), 'utf8');
  await writeFile(join(directory, 'nightshift.config.ts'), config.replace("'111111111111'", "'000000000000'"));
  await mkdir(join(directory, '.nightshift/images'), { recursive: true });
  const images = await readFile(join(root, 'test/pulumi/images/dev.json'), 'utf8');
  await writeFile(join(directory, '.nightshift/images/dev.json'), images.replaceAll('111111111111', '000000000000'));
  for (const [file, edit] of Object.entries(edits)) {
    const path = join(directory, file);
    const text = await readFile(path, 'utf8');
    const edited = edit(text);
    if (edited === text) throw new Error(`The edit of ${file} changes nothing`);
    await writeFile(path, edited);
  }
  return directory;
}
