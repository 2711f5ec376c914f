import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { endLike, forwardSignals } from './child-process.js';
import { ensureInstalled } from './install.js';

ensureInstalled();

const program = fileURLToPath(new URL('../bin/nightshift.js', import.meta.url));
const stay = process.stdout.isTTY ? ['--stay'] : [];
// Jobs may follow, and belong to --once: `npm start -- BATCH-001`.
const args = ['dev', ...stay, '--once', ...process.argv.slice(2)];
const withParent = new URL('./stop-with-parent.js', import.meta.url).href;
const child = spawn(process.execPath, ['--import', withParent, program, ...args], {
  stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
});
forwardSignals(child);
child.on('exit', endLike);
