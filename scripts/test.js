import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { forwardSignals } from './child-process.js';
import { ensureInstalled } from './install.js';

ensureInstalled();

/** More failed files than this are no accident of a busy machine. */
const FEW = 3;

const root = fileURLToPath(new URL('..', import.meta.url));
const againAlone = process.argv.includes('--again-alone');
const asked = process.argv.slice(2).filter((argument) => argument !== '--again-alone');

const first = await runJest(asked);
const again = againAlone && first.failedFiles.length > 0 && first.failedFiles.length <= FEW;
const counts = again ? await secondTry(first) : first;
console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.code === 0 && complete(counts) ? 0 : counts.code || 1;

/** Runs the files that failed once more, with nothing beside them, and says so: what passes only now is to be looked at. */
async function secondTry(before) {
  const files = before.failedFiles.map((file) => path.relative(root, file));
  console.log(`\nOnce more, one after the other: ${files.join(' ')}`);
  const counts = await runJest(['--runInBand', '--runTestsByPath', ...files]);
  const reported = counts.passed + counts.failed > 0;
  if (!reported) return before;
  const still = new Set(counts.failedFiles);
  for (const file of before.failedFiles) {
    if (!still.has(file)) console.log(`FAILED AT FIRST, passed alone: ${path.relative(root, file)}`);
  }
  const recovered = before.failed - counts.failed;
  return { ...counts, passed: before.passed + recovered, skipped: Math.max(before.skipped, counts.skipped) };
}

/** Runs the tests once and gives the counts, the files that failed and Jest's exit code. */
async function runJest(args) {
  const folder = mkdtempSync(path.join(tmpdir(), 'nightshift-count-'));
  const file = path.join(folder, 'counts.json');
  // Jest's command line cannot give options to a reporter, but it takes a whole configuration.
  const { default: config } = await import('../jest.config.js');
  const reporters = ['default', [path.join(root, 'test/support/count-reporter.js'), { file }]];
  const whole = JSON.stringify({ ...config, rootDir: root, reporters });
  const jest = path.join(root, 'node_modules/jest/bin/jest.js');
  const child = spawn(process.execPath, [jest, '--config', whole, ...args], { cwd: root, stdio: 'inherit' });
  forwardSignals(child);
  const [code] = await once(child, 'exit');
  const counts = readCounts(file);
  rmSync(folder, { recursive: true, force: true });
  return { ...counts, code };
}

/** Without a report (a broken set-up, a crash) nothing has passed. */
function readCounts(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0, failedFiles: [] };
  }
}

/** Tests left out by a name filter (-t) count as skipped in Jest, but were left out on purpose. */
function complete({ passed, failed, skipped }) {
  const byName = asked.some((argument) => /^(-t|--testNamePattern)/.test(argument));
  return passed > 0 && failed === 0 && (byName || skipped === 0);
}
