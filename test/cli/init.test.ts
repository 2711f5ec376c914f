import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { initProject } from '../../cli/init-project.ts';
import { shortName } from '../../config/short-name.ts';
import { cli } from './cli.ts';

const root = resolve(import.meta.dirname, '../..');

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'nightshift-init-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('a new folder gets the whole project, named like the folder', async () => {
  const { code, stdout, stderr } = await cli(['init', 'teams/My_Shop'], { cwd: place });

  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain(`Made the project "my-shop" in ${join(place, 'teams/My_Shop')}, 15 files`);
  expect(stdout).toContain('cd teams/My_Shop && npm install');
  expect(readdirSync(join(place, 'teams'))).toEqual(['My_Shop']);
  expect(filesOf(join(place, 'teams/My_Shop'))).toEqual([
    '.gitignore',
    'README.md',
    'apps/sales/Dockerfile',
    'apps/sales/add.js',
    'apps/sales/package.json',
    'apps/sales/sales.csv',
    'functions/announce.ts',
    'infra/Pulumi.dev.yaml',
    'infra/Pulumi.yaml',
    'infra/index.ts',
    'jobs/nightly-sales.ts',
    'nightshift.config.ts',
    'package.json',
    'test/nightly-sales.test.ts',
    'tsconfig.json',
  ]);
});

test('what is written is filled in: the name, and the versions that Nightshift itself uses', async () => {
  await cli(['init', 'shop'], { cwd: place });

  const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(JSON.parse(textOf('shop/package.json'))).toMatchObject({
    name: 'shop',
    dependencies: { nightshift: own.version },
    devDependencies: {
      '@types/node': own.devDependencies['@types/node'],
      tsx: own.dependencies.tsx,
      typescript: own.devDependencies.typescript,
    },
  });
  expect(textOf('shop/nightshift.config.ts')).toContain("name: 'shop'");
  expect(filesOf(join(place, 'shop')).filter((file) => textOf(`shop/${file}`).includes('{{'))).toEqual([]);
});

test("the project passes the check, with this checkout's package in place of an installed one", async () => {
  await cli(['init', 'shop'], { cwd: place });
  mkdirSync(join(place, 'shop/node_modules'));
  symlinkSync(root, join(place, 'shop/node_modules/nightshift'));

  const { code, stdout, stderr } = await cli(['check'], { cwd: join(place, 'shop') });

  expect([code, stdout, stderr]).toEqual([0, '1 job, no problems\n', '']);
});

test('an empty folder in which somebody stands is filled, and a .git in it stays', async () => {
  const shop = join(place, 'shop');
  mkdirSync(join(shop, '.git'), { recursive: true });
  writeFileSync(join(shop, '.git/HEAD'), 'ref: refs/heads/main\n');

  const { code } = await cli(['init', '.'], { cwd: shop });

  expect(code).toBe(0);
  expect(textOf('shop/.git/HEAD')).toBe('ref: refs/heads/main\n');
  expect(readdirSync(shop)).toEqual(expect.arrayContaining(['package.json', 'jobs', '.gitignore']));
  expect(readdirSync(shop).filter((name) => name.startsWith('.nightshift'))).toEqual([]);
});

test('run twice, the second is refused and changes nothing', async () => {
  await cli(['init', 'shop'], { cwd: place });
  writeFileSync(join(place, 'shop/jobs/nightly-sales.ts'), '// mine\n');
  const before = filesOf(place);

  const { code, stderr } = await cli(['init', 'shop'], { cwd: place });

  expect(code).toBe(2);
  expect(stderr).toBe(
    `nightshift: ${join(place, 'shop')} is not empty: it holds .gitignore, README.md, apps, functions, infra, 5 more. ` +
      'Nothing was written; name a new or an empty folder\n',
  );
  expect(filesOf(place)).toEqual(before);
  expect(textOf('shop/jobs/nightly-sales.ts')).toBe('// mine\n');
});

test('a folder with one file of somebody is refused, and the file is named', async () => {
  mkdirSync(join(place, 'shop'));
  writeFileSync(join(place, 'shop/.env'), 'A=1\n');

  const { code, stderr } = await cli(['init', 'shop'], { cwd: place });

  expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty: it holds .env. Nothing was written')]);
  expect(filesOf(place)).toEqual(['shop/.env']);
});

test.each([
  ['a file', 'taken'],
  ['below a file', 'taken/shop'],
])('a place that is %s is refused in one line', async (_, directory) => {
  writeFileSync(join(place, 'taken'), 'mine\n');

  const { code, stdout, stderr } = await cli(['init', directory], { cwd: place });

  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    `nightshift: ${join(place, directory)} is, or lies below, something that is no folder: ` +
      'nothing was written; name another folder, or make this one writable\n',
  );
  expect(filesOf(place)).toEqual(['taken']);
});

test('a folder that cannot be written is refused with the reason, and nothing is left', async () => {
  // A folder of the kernel's, in which even root can make nothing.
  const { code, stderr } = await cli(['init', '/proc/shop'], { cwd: place });

  expect(code).toBe(2);
  expect(stderr).toMatch(/^nightshift: \/proc\/shop cannot be written \(E[A-Z]+\): nothing was written; name another/);
});

test("somebody's closed folder is refused with the reason", async () => {
  const closed = join(place, 'closed');
  mkdirSync(closed);
  chmodSync(closed, 0o555);
  chmodSync(place, 0o755);

  const refused = asNobody(() => initProject({ directory: join(closed, 'shop'), name: undefined }));

  await expect(refused).rejects.toThrow(`${join(closed, 'shop')} cannot be written (EACCES): nothing was written`);
  expect(readdirSync(closed)).toEqual([]);
});

test.each([
  ['my--shop-', 'my-shop'],
  ['_Shop_', 'shop'],
  ['2026 shop.old', 'shop-old'],
  ['a-shop-of-twenty-two-x', 'a-shop-of-twenty-two'],
  ['the-shop-of-nineteen-b', 'the-shop-of-nineteen'],
  ['the-shop-of-eighteen--b', 'the-shop-of-eighteen'],
  ['a-cut-at-the-hyphen-x', 'a-cut-at-the-hyphen'],
])('the folder %j gives the name %j, which is not refused later', async (folder, expected) => {
  const { name } = await initProject({ directory: join(place, folder), name: undefined });

  expect(name).toBe(expected);
  expect(name).toMatch(shortName);
});

test.each([
  [['1234'], /The folder's name "1234" gives no name for the project: add --name; a project is named with/],
  [['shop', '--name', 'My Shop'], /--name "My Shop" is no name: a project is named with lower-case letters/],
  [['shop', '--name', 'a-name-of-more-than-twenty'], /is no name/],
  [['shop', '--name', 'my--shop'], /--name "my--shop" is no name/],
])('%j is refused with how a project is named', async (args, message) => {
  const { code, stderr } = await cli(['init', ...args], { cwd: place });

  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(readdirSync(place)).toEqual([]);
});

test('a name given by hand is taken, and a long folder name is cut', async () => {
  await cli(['init', '1234', '--name', 'shop'], { cwd: place });
  await cli(['init', '2027 The-nightly-jobs--of-the-shop'], { cwd: place });

  expect(JSON.parse(textOf('1234/package.json')).name).toBe('shop');
  expect(JSON.parse(textOf('2027 The-nightly-jobs--of-the-shop/package.json')).name).toBe('the-nightly-jobs-of');
});

/** Rights do not bind root, so that root has to be somebody else to see them hold. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

function filesOf(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

function textOf(file: string): string {
  return readFileSync(join(place, file), 'utf8');
}
