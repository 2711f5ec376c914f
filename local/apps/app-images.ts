import type { LocalImage } from '../aws/options.ts';
import { type AppPlace, buildApp, type Environment } from './build-app.ts';

/** The apps of a project as images, each built at most once while this lives; a build that failed is tried again. */
export interface AppImages {
  /** Builds the app, or waits for its build that runs. @throws LocalServerError, see {@link buildApp}. */
  image(app: string): Promise<LocalImage>;
  /** Builds in the background. What fails, fails again when it is asked for. */
  prepare(apps: readonly string[]): void;
  /** Ends the builds that run. */
  stop(): Promise<void>;
}

/** What apps are built from. */
export interface AppImagesOptions {
  /** The project's folder: apps are in `apps/`, what was built for them in `.nightshift/`. */
  directory: string;
  /** What the build tools see. Default: this process's own. */
  environment?: Environment;
}

/** Gives the images of a project's apps; nothing is built before it is asked for. */
export function createAppImages({ directory, environment = process.env }: AppImagesOptions): AppImages {
  const stopping = new AbortController();
  const builds = new Map<string, Promise<LocalImage>>();
  const place: AppPlace = { project: directory, environment, signal: stopping.signal };
  function image(app: string): Promise<LocalImage> {
    const known = builds.get(app);
    if (known !== undefined) return known;
    const build = buildApp(place, app);
    builds.set(app, build);
    build.catch(() => builds.delete(app));
    return build;
  }
  return {
    image,
    prepare(apps) {
      for (const app of apps) image(app).catch(() => undefined);
    },
    async stop() {
      stopping.abort();
      await Promise.allSettled(builds.values());
    },
  };
}
