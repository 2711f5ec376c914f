import { placeBinary } from '../place-binary.ts';
import { runCommand } from '../run-command.ts';
import { LocalServerError } from '../server-error.ts';

export type BuildOptions = {
  /** Path of the `go` command. */
  go: string;
  /** Where the binary is put. */
  target: string;
  /** Module and version, as `go install` takes them. */
  module: string;
  /** What Go sees: HOME, GOPROXY and so on. */
  environment: Readonly<Record<string, string | undefined>>;
};

/**
 * Builds the Temporal command line with Go.
 * @throws LocalServerError with the end of Go's output when the build fails.
 */
export async function buildTemporal(options: BuildOptions): Promise<void> {
  const { go, target, module, environment } = options;
  await placeBinary(target, async (folder) => {
    // GOFLAGS of the user may name a vendor folder or a mod mode, which `go install` of a version refuses.
    const env = { ...environment, GOBIN: folder, GOFLAGS: '', CGO_ENABLED: '0' };
    const { code, output } = await runCommand(go, ['install', module], { env });
    if (code !== 0) {
      const reason = output.trim().split('\n').slice(-5).join('\n  ');
      throw new LocalServerError(
        `go install ${module} failed [code=${code}]:\n  ${reason}\nInstall the Temporal CLI by hand and put it on PATH, or set TEMPORAL_CLI.`,
      );
    }
  });
}
