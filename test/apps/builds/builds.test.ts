import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runBuildspec } from './run-buildspec.ts';

const variables = { NIGHTSHIFT_DATE: '2026-11-21', JOB_INPUT: '{"prices":5,"days":21}' };

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

test('the first build checks the reports and packs them under the date', async () => {
  const { output, failed } = await runBuildspec('batch-job', { directory, variables });

  expect(failed).toBeUndefined();
  expect(output).toContain('2 reports are as they should be');
  expect(output).toContain('Packed 2 reports of 2026-11-21');
  await access(join(directory, 'packed/2026-11-21.tar'));
});

test('the first build fails on an empty report, and packs nothing', async () => {
  await mkdir(join(directory, 'reports'));
  await writeFile(join(directory, 'reports/closed.txt'), '');

  const { output, failed } = await runBuildspec('batch-job', { directory, variables });

  expect(failed).toBe('sh check-reports.sh "$REPORTS"');
  expect(output).toContain('reports/closed.txt is empty');
  await expect(access(join(directory, 'packed'))).rejects.toThrow();
});

test('the last build sums up what the tasks before it have found', async () => {
  const { output, failed } = await runBuildspec('final-batch-job', { directory, variables });

  expect(failed).toBeUndefined();
  const summary = await readFile(join(directory, 'summary.txt'), 'utf8');
  expect(summary).toMatch(/^Morning of 2026-11-21\nFound: \{"prices":5,"days":21\}\nChecksum: \d+\n$/);
  expect(output).toContain(summary);
});

test.each(['batch-job', 'final-batch-job'])('%s wants a date', async (app) => {
  const { output, failed } = await runBuildspec(app, { directory, variables: { JOB_INPUT: '{}' } });

  expect(failed).toContain('NIGHTSHIFT_DATE');
  expect(output).toContain('NIGHTSHIFT_DATE is not set');
});
