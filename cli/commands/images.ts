import type { Command } from 'commander';

interface ImagesOptions {
  registry?: string;
  stage?: string;
  platform: string;
}

/** `nightshift images`: the container images of the worker and the apps. */
export function register(program: Command): void {
  const images = program.command('images').description('the container images of the worker and the apps');
  withOptions(images.command('build'))
    .description('build the images whose content has changed')
    .action(async (apps: string[], options: ImagesOptions) => {
      const { buildImages } = await import('../images/images.ts');
      process.exitCode = await buildImages({ names: apps, ...options });
    });
  withOptions(images.command('push'))
    .description('build and push the images that the registry does not have, and record their digests for the stage')
    .action(async (apps: string[], options: ImagesOptions) => {
      const { pushImages } = await import('../images/images.ts');
      process.exitCode = await pushImages({ names: apps, ...options });
    });
}

function withOptions(command: Command): Command {
  return command
    .argument('[apps...]', 'names of apps, or "worker" (none named: the worker and what tasks run)')
    .option(
      '--registry <address>',
      "registry and path before the images' names (default: that of the stage's resources)",
    )
    .option('--stage <stage>', 'whose images (default: NIGHTSHIFT_STAGE)')
    .option('--platform <platform>', 'what they run on', 'linux/amd64');
}
