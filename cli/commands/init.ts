import type { Command } from 'commander';

/** `nightshift init`: a new project that runs as it is. */
export function register(program: Command): void {
  program
    .command('init')
    .description('write a small project, with a job, its app and its test, into a new or empty folder')
    .argument('<dir>', 'the folder')
    .option('--name <name>', 'the name of the project (default: made of that of the folder)')
    .action(async (dir: string, options: { name?: string }) => {
      const { initProject } = await import('../init-project.ts');
      const { directory, name, files } = await initProject({ directory: dir, name: options.name });
      process.stdout.write(
        `Made the project "${name}" in ${directory}, ${files} files\n` +
          `Next: cd ${dir} && npm install, then npm start, which runs its job, and npm test\n`,
      );
    });
}
