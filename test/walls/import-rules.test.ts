import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = join(root, '.dependency-cruiser.cjs');

interface Violation {
  rule: { name: string };
  from: string;
  to: string;
}

/** One import that each rule is there to refuse: who imports what. */
const violations: Record<string, [from: string, to: string]> = {
  'no-circular': ['engine/egg.ts', 'engine/hen.ts'],
  'model-imports-nothing': ['model/job.ts', 'config/settings.ts'],
  'workflows-are-deterministic': ['workflows/run-job.ts', 'store/runs.ts'],
  'jobs-are-plain': ['jobs/ranking.ts', 'functions/notify.ts'],
  'adapters-do-not-know-workflows': ['alerts/slack.ts', 'workflows/inbox.ts'],
  'store-knows-only-model': ['store/locks.ts', 'engine/engine.ts'],
  'compute-knows-only-model': ['compute/batch.ts', 'store/attempts.ts'],
  'rights-know-only-model': ['rights/derive-rights.ts', 'config/stage-place.ts'],
  'pulumi-knows-the-definitions': ['pulumi/deploy.ts', 'engine/requests/batch-request.ts'],
  'pulumi-is-for-deployments': ['cli/deploy.ts', 'pulumi/stage.ts'],
  'wiring-is-imported-by-cli-only': ['engine/stop-run.ts', 'workers/start-worker.ts'],
  'apps-stand-alone': ['apps/ranking/score.ts', 'model/duration.ts'],
  'tests-are-not-imported': ['watcher/loop.ts', 'test/support/world.ts'],
  'testing-is-for-users': ['cli/dev.ts', 'testing/index.ts'],
  'no-unresolved': ['engine/settle.ts', 'engine/nowhere.ts'],
};

/** Imports that look alike and are right. */
const allowed: [from: string, to: string, kind?: 'type'][] = [
  ['model/job.ts', 'model/duration.ts'],
  ['workflows/run-job.ts', 'model/job.ts'],
  ['workflows/step.ts', 'engine/engine.ts', 'type'],
  ['jobs/ranking.ts', 'model/job.ts'],
  ['jobs/ranking.ts', 'functions/notify.ts', 'type'],
  ['store/runs.ts', 'model/job.ts'],
  ['compute/batch.ts', 'model/job.ts'],
  ['engine/engine.ts', 'store/runs.ts'],
  ['workers/start-worker.ts', 'engine/engine.ts'],
  ['pulumi/jobs/roles.ts', 'rights/statement.ts'],
  ['cli/dev.ts', 'workers/start-worker.ts'],
  ['apps/ranking/score.ts', 'container/index.ts'],
  ['test/support/world.ts', 'workers/start-worker.ts'],
  ['test/jobs/ranking.test.ts', 'testing/index.ts'],
];

let tree: string;
beforeEach(async () => {
  tree = await mkdtemp(join(tmpdir(), 'nightshift-walls-'));
});
afterEach(() => rm(tree, { recursive: true, force: true }));

test('each wall has an import here that it must refuse', () => {
  const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] };

  expect(Object.keys(violations).sort()).toEqual(forbidden.map(({ name }) => name).sort());
});

test('each wall refuses the import that it is there for', async () => {
  await grow(Object.values(violations));
  await writeFile(join(tree, 'engine/hen.ts'), importOf('engine/hen.ts', 'engine/egg.ts'));
  await rm(join(tree, 'engine/nowhere.ts'));

  const found = await cruise();

  for (const [rule, [from, to]] of Object.entries(violations)) {
    const target = rule === 'no-unresolved' ? './nowhere.ts' : to;
    expect(found).toContainEqual(
      expect.objectContaining({ rule: expect.objectContaining({ name: rule }), from, to: target }),
    );
  }
});

test('imports that go the right way, and imports of types, pass every wall', async () => {
  await grow(allowed);

  expect(await cruise()).toEqual([]);
});

/** Writes the files, each with its imports. */
async function grow(imports: readonly [from: string, to: string, kind?: 'type'][]): Promise<void> {
  await cp(join(root, 'tsconfig.json'), join(tree, 'tsconfig.json'));
  const files = new Map<string, string>();
  for (const [from, to, kind] of imports) {
    files.set(to, files.get(to) ?? '');
    files.set(from, `${files.get(from) ?? ''}${importOf(from, to, kind)}`);
  }
  for (const [file, source] of files) {
    await mkdir(dirname(join(tree, file)), { recursive: true });
    await writeFile(join(tree, file), `${source}export type T = string;\nexport const name = '${file}';\n`);
  }
}

/** An import from the folder above all: the depth of the importing file decides how many `..` it takes. */
function importOf(from: string, to: string, kind?: 'type'): string {
  const near = dirname(from) === dirname(to);
  const path = near ? `./${to.slice(dirname(to).length + 1)}` : `${'../'.repeat(from.split('/').length - 1)}${to}`;
  return kind === 'type'
    ? `import type { T } from '${path}';\n`
    : `import { name as other } from '${path}';\nexport { other };\n`;
}

function cruise(): Promise<Violation[]> {
  const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [program, '--config', config, '--output-type', 'json', '.'];
  return new Promise((resolve, reject) => {
    // Exits with the number of violations, so only what it prints counts.
    execFile(process.execPath, args, { cwd: tree, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      if (stdout === '') return reject(new Error(`dependency-cruiser failed: ${stderr}`, { cause: error }));
      resolve((JSON.parse(stdout) as { summary: { violations: Violation[] } }).summary.violations);
    });
  });
}
