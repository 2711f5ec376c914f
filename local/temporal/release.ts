/** The Temporal command line that Nightshift is tested with. Its dev server is Temporal 1.29.1. */
export const temporalRelease = '1.5.1';

/** Where the maker of Temporal hands out its command line. */
export const temporalDownloads = 'https://temporal.download';

/** The module that `go install` builds. */
export const temporalModule = `github.com/temporalio/cli/cmd/temporal@v${temporalRelease}`;

const platforms: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'linux', darwin: 'darwin' };
const architectures: Readonly<Partial<Record<NodeJS.Architecture, string>>> = { x64: 'amd64', arm64: 'arm64' };

/** Path and query of this machine's archive, or undefined when none is made for it. */
export function archivePath(): string | undefined {
  const platform = platforms[process.platform];
  const architecture = architectures[process.arch];
  if (!platform || !architecture) return undefined;
  return `/cli/archive/v${temporalRelease}?platform=${platform}&arch=${architecture}`;
}
