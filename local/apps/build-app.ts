import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFolders } from '../../config/source-files.ts';
import type { LocalImage } from '../aws/options.ts';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';
import { buildGo } from './build-go.ts';
import { pathsInImage } from './paths-in-image.ts';
import { preparePython } from './prepare-python.ts';

/** Variables as a process gets them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where apps are built, and with what. */
export interface AppPlace {
  project: string;
  environment: Environment;
  /** Ends the build that runs. */
  signal: AbortSignal;
}

/** An app that is being built. */
export interface AppFolder extends AppPlace {
  app: string;
  /** `apps/<app>` of the project. */
  folder: string;
}

/** `nightshift/container`, in a checkout and in the installed package. */
const containerLibrary = fileURLToPath(new URL('../../container', import.meta.url));

/**
 * Builds an app as its image would be built, by the first of these that it has: `go.mod` (a program of its name, on
 * PATH), `requirements.txt` (a virtual environment, whose `python` is on PATH), `package.json` with a `build` script
 * (into `dist/`, where its commands then run). Any other app runs in its own folder. What has not changed is not built again.
 * @throws LocalServerError when the folder or a tool is missing, or the build fails, with the end of its output.
 */
export async function buildApp(place: AppPlace, app: string): Promise<LocalImage> {
  const folder = join(place.project, 'apps', app);
  if (!existsSync(folder)) {
    throw new LocalServerError(
      `The app "${app}" has no folder apps/${app}: make it, or correct \`app\` in the job file`,
    );
  }
  const image = await builtImage({ ...place, app, folder });
  const paths = await pathsInImage(folder, image.directory);
  return Object.keys(paths).length === 0 ? image : { ...image, paths };
}

async function builtImage(place: AppFolder): Promise<LocalImage> {
  const { folder } = place;
  if (existsSync(join(folder, 'go.mod'))) {
    const directory = await onceByContent(place, [folder], buildGo);
    return { directory, environment: { PATH: onPath(directory, place.environment) } };
  }
  if (existsSync(join(folder, 'requirements.txt'))) {
    const bin = await preparePython(place);
    // Else each import would leave its cache in the app's folder, and lines would come late.
    const python = { PYTHONDONTWRITEBYTECODE: '1', PYTHONUNBUFFERED: '1' };
    return { directory: folder, environment: { PATH: onPath(bin, place.environment), ...python } };
  }
  if (await hasBuildScript(folder)) {
    // The container library is built in, so its changes count, too.
    return { directory: await onceByContent(place, [folder, containerLibrary], runBuildScript) };
  }
  return { directory: folder };
}

function onPath(folder: string, environment: Environment): string {
  return environment.PATH ? `${folder}:${environment.PATH}` : folder;
}

/** Runs the build when a file has changed since it last succeeded. Gives `dist`. */
async function onceByContent(
  place: AppFolder,
  folders: string[],
  build: (place: AppFolder, directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(place.folder, 'dist');
  const stamp = join(place.project, '.nightshift', 'built', place.app);
  const hash = await hashFolders(folders);
  const before = await readFile(stamp, 'utf8').catch(() => '');
  if (before === hash && existsSync(directory)) return directory;
  await build(place, directory);
  await mkdir(join(place.project, '.nightshift', 'built'), { recursive: true });
  await writeFile(stamp, hash);
  return directory;
}

async function runBuildScript({ app, folder, environment: env, signal }: AppFolder): Promise<void> {
  const result = await runCommand('npm', ['run', '--silent', '--prefix', folder, 'build'], { env, signal });
  if (result.code !== 0) throw new LocalServerError(`The build of apps/${app} failed:\n${result.output}`);
}

async function hasBuildScript(folder: string): Promise<boolean> {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const content = JSON.parse(await readFile(file, 'utf8')) as { scripts?: Record<string, string> };
  return content.scripts?.build !== undefined;
}
