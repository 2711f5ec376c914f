import { imageName, ownNames } from '../../model/deployed-platform.ts';
import { ImageError } from '../exit-codes.ts';
import { type Docker, tailOf } from './docker.ts';
import type { ImagePlan } from './plan-images.ts';

/** For what the images are built, and where they will go. */
export interface ImageTarget {
  /** Before the names of the repositories: a registry with a path, or the project's name. */
  prefix: string;
  /** Such as `linux/amd64`. */
  platform: string;
}

/** The image's repository and its tag, which is the hash of what goes into it. */
export function referenceOf({ prefix }: Pick<ImageTarget, 'prefix'>, { name, hash }: ImagePlan): string {
  return `${prefix}/${imageName(name)}:${hash}`;
}

/**
 * Builds an image unless this machine has it already.
 * @throws ImageError with the end of what the build printed.
 */
export async function buildImage(docker: Docker, target: ImageTarget, plan: ImagePlan): Promise<'built' | 'unchanged'> {
  const reference = referenceOf(target, plan);
  const known = await docker('image', 'inspect', '--format', '{{.Os}}/{{.Architecture}}', reference);
  if (known.code === 0 && known.output.trim() === target.platform) return 'unchanged';
  const build = await docker(
    ...['buildx', 'build', '--load', '--progress', 'plain', '--platform', target.platform],
    // Lambda takes an image, and not the list of an image and its attestation that BuildKit makes by default.
    ...['--provenance=false', '--tag', reference, '--file', plan.dockerfile, plan.context],
  );
  if (build.code !== 0) throw new ImageError(`The build of ${nameOf(plan)} failed:\n${tailOf(build.output)}`);
  return 'built';
}

/** The worker, or `apps/<app>`. */
export function nameOf({ name }: ImagePlan): string {
  return name === ownNames.worker ? 'the worker' : `apps/${name}`;
}
