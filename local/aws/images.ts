import type { LocalImage, LocalImages } from './options.ts';

/** An image, or why there is none, in the words with which AWS begins such a reason. */
export type Pulled = { image: LocalImage } | { reason: string };

/** Gets a task's image; one that is made at its first use is made now. Never rejects. */
export async function pullImage(images: LocalImages, name: string | undefined): Promise<Pulled> {
  const source = Object.hasOwn(images, name ?? '') ? images[name ?? ''] : undefined;
  if (source === undefined) return { reason: `CannotPullContainerError: there is no image ${name}` };
  if (typeof source !== 'function') return { image: source };
  try {
    return { image: await source() };
  } catch (error) {
    // Not the word for a pull that failed: AWS's own trouble is worth another try, a program that does not build is not.
    return { reason: `CannotStartContainerError: ${(error as Error).message}` };
  }
}

/** A command as it runs here: words that name a path inside the image name the local file. */
export function localCommand({ paths = {} }: LocalImage, command: readonly string[]): string[] {
  return command.map((word) => {
    const inside = Object.keys(paths).find((path) => word === path || word.startsWith(`${path}/`));
    return inside === undefined ? word : `${paths[inside]}${word.slice(inside.length)}`;
  });
}
