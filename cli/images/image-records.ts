import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { UsageError } from '../exit-codes.ts';

const schema = z.record(
  z.string(),
  z.object({
    image: z.string().regex(/^\S+@sha256:[0-9a-f]{64}$/),
    hash: z.string().min(1),
    jobs: z.record(z.string(), z.string()).optional(),
  }),
);

/** The images of a stage that were pushed: by app, and `worker`, with the fingerprints of the jobs in it. */
export type ImageRecords = z.infer<typeof schema>;

/**
 * Writes down an image beside those that the file has, whole: a reader sees the old or the new file.
 * @throws UsageError when the file is there and is no such record.
 */
export async function recordImage(file: string, name: string, record: ImageRecords[string]): Promise<void> {
  const images = { ...(await readRecords(file)), [name]: record };
  const sorted = Object.fromEntries(Object.entries(images).sort(([a], [b]) => (a < b ? -1 : 1)));
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(beside, file);
}

async function readRecords(file: string): Promise<ImageRecords> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    throw new UsageError(`${file} is not a record of images; delete it, and push again`);
  }
}
