import type { StartedEntry } from '../../local/aws/index.ts';
import { withLocalDev } from './local-dev.ts';

const input = '{"message":"Hello!","items":["item-A","item-B"]}';

test(
  'the array demo ends with both results in index order; a child that fails once is tried again under its own index',
  () =>
    withLocalDev(async ({ project, journal, misbehave, run }) => {
      await misbehave({ jobRules: [{ kind: 'imagePull', index: 1, times: 1 }] });

      const { code, run: done } = await run('array-demo', '--input', input);

      expect({ code, status: done.run.status }).toEqual({ code: 0, status: 'succeeded' });
      expect(done.run.result).toMatchObject({
        records: 2,
        results: [
          { message: 'Hello!', item: 'item-A', index: 0 },
          { message: 'Hello!', item: 'item-B', index: 1 },
        ],
      });
      const entries = await journal();
      const started = entries.filter((entry): entry is StartedEntry => entry.kind === 'started');
      expect(started.map(({ index, attempt }) => [index, attempt]).sort()).toEqual([
        [0, 1],
        [1, 2],
      ]);
      expect(entries.filter((entry) => entry.kind === 'call' && entry.operation === 'SubmitJob')).toHaveLength(1);
      const logs = await project.run('logs', done.run.id, '--shard', '0');
      expect(logs.stdout).toContain('  "item": "item-A"');

      const single = await run('array-demo', '--date', '2026-11-20', '--input', '{"message":"One","items":["alone"]}');

      expect(single.run.run.result).toMatchObject({ records: 1, results: [{ item: 'alone', index: 0 }] });
      const last = (await journal()).filter((entry): entry is StartedEntry => entry.kind === 'started').at(-1);
      expect(last?.environment.AWS_BATCH_JOB_ARRAY_INDEX ?? '').toBe('');

      const refused = await project.run('run', 'array-demo', '--date', '2026-11-19', '--input', '{"message":"x"}');

      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain('items');
    }),
  300_000,
);
