import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = path.join(root, 'node_modules');
const stamp = path.join(modules, '.nightshift-lock');
const oldest = [20, 19];

/** Makes node_modules match package-lock.json, with `npm ci` where it does not. Ends the process when it cannot. */
export function ensureInstalled() {
  refuseOldNode();
  const lockfile = readFileSync(path.join(root, 'package-lock.json'), 'utf8');
  const fingerprint = fingerprintOf(lockfile);
  if (readIfThere(stamp) === fingerprint) return;
  if (!holdsWhatIsLocked(JSON.parse(lockfile))) install();
  writeFileSync(stamp, fingerprint);
}

function refuseOldNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return;
  console.error(`Nightshift needs Node ${oldest.join('.')} or later, and this is Node ${process.versions.node}.`);
  process.exit(2);
}

/** Some packages hold programs for one platform, so a node_modules from another one does not count. */
function fingerprintOf(lockfile) {
  return createHash('sha256').update(`${process.platform} ${process.arch}\n${lockfile}`).digest('hex');
}

/** True after an `npm ci` by hand: npm lists what it has installed in a lockfile of its own. */
function holdsWhatIsLocked(lockfile) {
  const listed = readIfThere(path.join(modules, '.package-lock.json'));
  if (listed === undefined) return false;
  const installed = JSON.parse(listed).packages;
  return Object.entries(lockfile.packages).every(
    ([name, { version, optional }]) =>
      name === '' ||
      (optional && !installed[name]) ||
      (installed[name]?.version === version && existsSync(path.join(root, name))),
  );
}

function install() {
  console.error('Installing the dependencies (npm ci), once ...');
  // npm names itself to its scripts, so that the same npm is used; dev dependencies are needed to run from source.
  const self = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  const [command, ...args] = [...self, 'ci', '--include=dev', '--include=optional'];
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  if (result.status === 0) return;
  console.error(result.error?.message ?? `${result.stdout}${result.stderr}`);
  console.error('npm ci failed. The lines above say why; when the registry is out of reach, try again later.');
  process.exit(1);
}

function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) ensureInstalled();
