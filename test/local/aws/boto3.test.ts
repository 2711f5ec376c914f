import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { findBoto3 } from '../../../local/boto3/find-boto3.ts';
import { withLocalAws } from './with-local-aws.ts';

/** What `boto3/conformance.py` prints. */
interface Report {
  problems: string[];
  called: Record<string, string[]>;
  refused: Record<string, string[]>;
}

const script = fileURLToPath(new URL('./boto3/conformance.py', import.meta.url));

async function runConformance(endpoint: string): Promise<Report> {
  const { python, folder } = await findBoto3();
  const env = {
    ...process.env,
    PYTHONPATH: folder,
    PYTHONDONTWRITEBYTECODE: '1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_DEFAULT_REGION: 'ap-northeast-1',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const { stdout } = await promisify(execFile)(python, [script, endpoint], { env, maxBuffer: 1 << 26 });
  return JSON.parse(stdout) as Report;
}

const byName = ([left]: [string, string[]], [right]: [string, string[]]) => (left < right ? -1 : 1);

function sorted(operations: Record<string, string[]>): [string, string[]][] {
  return Object.entries(operations)
    .map(([service, names]): [string, string[]] => [service, names.toSorted()])
    .sort(byName);
}

test('boto3 drives every operation, and its models know every answer and every error', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-echo-'));
  const handler = `export const handler = async (event) => { if (event.fail) throw new Error(event.fail); return event; };`;
  await writeFile(join(directory, 'index.mjs'), handler);
  await writeFile(join(directory, 'buildspec.yml'), 'version: 0.2\nphases: {}\n');
  const options = {
    ...{ functions: { echo: { directory } }, codeBuildProjects: { given: { directory } } },
    ...{ topics: ['given'], buckets: ['given'] },
  };
  try {
    await withLocalAws(options, async ({ aws }) => {
      const operations = (await (await fetch(`${aws.endpoint}/_local/operations`)).json()) as Record<string, string[]>;

      const report = await runConformance(aws.endpoint);

      expect(report.problems).toEqual([]);
      expect(sorted(report.called)).toEqual(sorted(operations));
      expect(sorted(report.refused)).toEqual(sorted(operations));
    });
  } finally {
    await rm(directory, { recursive: true });
  }
}, 180_000);
