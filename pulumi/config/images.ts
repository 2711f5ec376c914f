import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ConfigError, zodProblems } from '../../config/config-error.ts';
import type { Place } from '../../model/deployed-names.ts';
import { imageName, ownNames, registryAddress } from '../../model/deployed-platform.ts';

/** The image of each app, and of the workers (`worker`), by its digest: a tag could be moved under a running night. */
export type Images = Record<string, string>;

/** What was pushed for a stage. */
export interface PushedImages {
  images: Images;
  /** The fingerprints of the jobs in the workers' image, by their ids; null where the file does not say. */
  jobs: Record<string, string> | null;
}

const image =
  'write the image with its digest, such as "123456789012.dkr.ecr.ap-northeast-1.amazonaws.com/shop-dev/ranking@sha256:..."';
const schema = z.record(
  z.string().min(1, 'write the name of an app'),
  z.looseObject(
    {
      image: z.string(image).regex(/^[^@\s]+@sha256:[0-9a-f]{64}$/, image),
      jobs: z.record(z.string(), z.string(), 'write fingerprints by the ids of jobs').optional(),
    },
    image,
  ),
);

/**
 * Reads the file that `nightshift images push` leaves: `{ "ranking": { "image": "<repository>@sha256:..." } }`, and
 * for the workers the fingerprints of the jobs in it. Without the file there are no images.
 * @throws ConfigError when it has another form, or names a repository from which the roles may not pull.
 */
export function readImages(directory: string, file: string, place: Place): PushedImages {
  const path = join(directory, file);
  if (!existsSync(path)) return { images: {}, jobs: null };
  const parsed = schema.safeParse(parse(readFileSync(path, 'utf8')));
  const problem = (problems: string[]) =>
    new ConfigError(`The images file ${file} is not right; "nightshift images push" writes it`, problems);
  if (!parsed.success) throw problem(zodProblems(parsed.error));
  const images = Object.fromEntries(Object.entries(parsed.data).map(([app, { image }]) => [app, image]));
  const foreign = Object.entries(images).filter(([app, one]) => !one.startsWith(`${repositoryOf(place, app)}@`));
  if (foreign.length > 0) {
    throw problem(
      foreign.map(
        ([app, one]) =>
          `${app}: ${one.split('@')[0]} is not the stage's repository ${repositoryOf(place, app)}; push it there`,
      ),
    );
  }
  return { images, jobs: parsed.data[ownNames.worker]?.jobs ?? null };
}

/** The address of an app's repository in the place. */
export function repositoryOf(place: Place, app: string): string {
  return `${registryAddress(place)}/${imageName(app)}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The schema says what it should be.
    return null;
  }
}
