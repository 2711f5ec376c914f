import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './install.js';

ensureInstalled();

/** Makes `dist/`: the folders that tsconfig.build.json lists, as JavaScript with declarations, and beside it what they read at run time. */
const root = fileURLToPath(new URL('..', import.meta.url));
const { include, exclude } = JSON.parse(readFileSync(path.join(root, 'tsconfig.build.json'), 'utf8'));

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
compile();
for (const folder of include.filter((name) => existsSync(path.join(root, name)))) copyOtherFiles(folder);

function compile() {
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { status, signal } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status === 0) return;
  console.error(`The build failed (${signal ?? status}): the compiler's lines above say where; nothing was written.`);
  process.exit(1);
}

/** SQL, the Lambda bootstrap, pages: whatever is not TypeScript lies beside the code that reads it. */
function copyOtherFiles(folder) {
  cpSync(path.join(root, folder), path.join(root, 'dist', folder), {
    recursive: true,
    filter: (source) => !/\.ts$/.test(source) && !exclude.includes(path.relative(root, source)),
  });
}
