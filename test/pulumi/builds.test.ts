import { chmod, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { codeBuildTask } from '../../model/code-build-task.ts';
import { nothingExists } from '../../model/deployed-names.ts';
import { Builds } from '../../pulumi/jobs/builds.ts';
import { project, removeProjects } from '../config/project.ts';
import { inputsOf, record } from './record.ts';

afterAll(removeProjects);

const place = {
  ...{ project: 'shop', stage: 'dev', region: 'ap-northeast-1', accountId: '111111111111' },
  existing: nothingExists,
};
const names = { key: 'A/build', job: 'A', name: 'build', fullName: 'shop-dev-A-build', logGroup: '/aws/codebuild/x' };
const sources = { 'apps/reports/buildspec.yml': 'version: 0.2', 'apps/reports/data/market.txt': 'fish' };

/** The source of the app `reports` of a project: its key, and what the archive holds. */
async function sourceOf(directory: string): Promise<{ key: unknown; files: Record<string, string> }> {
  const made = await record(() => {
    new Builds('builds', {
      ...{ place, directory, bucket: 'sources', secrets: {} },
      tasks: [{ task: { ...names, task: codeBuildTask({ app: 'reports' }) }, role: 'arn:aws:iam::1:role/build' }],
    });
  });
  const { key, source } = inputsOf(made, 's3.BucketObjectv2').reports ?? {};
  const { assets } = source as { assets: Record<string, { path: string }> };
  return { key, files: Object.fromEntries(Object.entries(assets).map(([at, { path }]) => [at, path])) };
}

test('a source is the same on every machine: what tools leave in the folder is not in it', async () => {
  const clean = await project(sources);
  const used = await project({
    ...sources,
    'apps/reports/node_modules/left/index.js': 'left',
    'apps/reports/dist/main.js': 'built',
    'apps/reports/data/__pycache__/read.pyc': 'cached',
  });

  const [first, second] = [await sourceOf(clean), await sourceOf(used)];

  expect(first.key).toMatch(/^sources\/reports\/[0-9a-f]{16}\.zip$/);
  expect(second.key).toBe(first.key);
  expect(second.files).toEqual({
    'buildspec.yml': join(used, 'apps/reports/buildspec.yml'),
    'data/market.txt': join(used, 'apps/reports/data/market.txt'),
  });
});

test('a source has another key when a file of it has changed, or may be executed', async () => {
  const changed = await project({ ...sources, 'apps/reports/data/market.txt': 'rice' });
  const executable = await project(sources);
  await chmod(join(executable, 'apps/reports/buildspec.yml'), 0o755);

  const all = [await sourceOf(await project(sources)), await sourceOf(changed), await sourceOf(executable)];

  expect(new Set(all.map(({ key }) => key)).size).toBe(3);
});

test('a link that leads nowhere is left out', async () => {
  const linked = await project(sources);
  await symlink('nowhere', join(linked, 'apps/reports/link'));

  expect(Object.keys((await sourceOf(linked)).files)).toEqual(['buildspec.yml', 'data/market.txt']);
});
