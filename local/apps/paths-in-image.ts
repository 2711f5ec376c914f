import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** `COPY --chown=app . /opt/app/job/`: all of the app's folder. What comes from an earlier stage is something else. */
const copyAll = /^COPY\s+(?:--(?!from=)\S+\s+)*\.\/?\s+(\/\S+?)\/?\s*$/gim;

/** Where the image has the app's files, by the `COPY .` of its Dockerfile's last stage: `{ '/opt/app/job': directory }`. */
export async function pathsInImage(folder: string, directory: string): Promise<Record<string, string>> {
  const text = await readFile(join(folder, 'Dockerfile'), 'utf8').catch(() => '');
  const lastStage = text.split(/^FROM\s/im).at(-1) ?? '';
  return Object.fromEntries([...lastStage.matchAll(copyAll)].map(([, path = '']) => [path, directory]));
}
