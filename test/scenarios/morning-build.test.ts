import type { EndedEntry, JournalEntry, StartedEntry } from '../../local/aws/index.ts';
import { withLocalDev } from './local-dev.ts';

/** Names of what ran, with when it began and ended. */
function processes(entries: JournalEntry[]) {
  const started = entries.filter((entry): entry is StartedEntry => entry.kind === 'started');
  return started.map(({ jobId, jobName, at }) => {
    const end = entries.find((entry): entry is EndedEntry => entry.kind === 'ended' && entry.jobId === jobId);
    return { name: jobName.replace(/^examples-local-morning-build-/, ''), from: at, to: end?.at ?? Number.NaN };
  });
}

test(
  'one build and two ECS tasks start together, and the last build follows; when some fail, all are named',
  () =>
    withLocalDev(async ({ project, journal, misbehave, run }) => {
      // The build is slow to start: if the others waited for it, they would begin after its end.
      await misbehave({
        jobRules: [{ kind: 'slowStart', jobName: 'examples-local-morning-build-batchJob', ms: 3_000 }],
      });
      const { code, run: done } = await run('morning-build');

      expect({ code, result: done.run.result }).toEqual({ code: 0, result: { records: 5, workingDays: 21 } });
      const ran = processes(await journal());
      const last = ran.find(({ name }) => name === 'finalBatchJob');
      const first = ran.filter(({ name }) => name !== 'finalBatchJob');
      expect(first.map(({ name }) => name).sort()).toEqual(['batchJob', 'calendar', 'prices']);
      for (const { to } of first) expect(last?.from).toBeGreaterThanOrEqual(to);
      const build = first.find(({ name }) => name === 'batchJob');
      for (const { from } of first) expect(from).toBeLessThan(build?.to ?? 0);

      const before = (await journal()).length;
      await misbehave({
        jobRules: [{ kind: 'outOfMemory', jobName: 'examples-local-morning-build-prices', ms: 0 }],
        rules: [{ kind: 'accessDenied', service: 'codebuild', operation: 'StartBuild', times: 1 }],
      });
      const failed = await run('morning-build', '--date', '2026-11-20');

      expect(failed.code).toBe(1);
      const shown = await project.run('show', 'morning-build/2026-11-20');
      expect(shown.stdout).toMatch(/ecs-task-1[\s\S]*OutOfMemoryError/);
      expect(shown.stdout).toMatch(/batch-job[\s\S]*\[accessDenied\]/);
      const again = processes((await journal()).slice(before));
      expect(again.map(({ name }) => name)).toContain('calendar');
      expect(again.map(({ name }) => name)).not.toContain('finalBatchJob');

      await misbehave({ rules: [{ kind: 'accessDenied', service: 'ecs', operation: 'RunTask', times: 2 }] });
      const denied = await run('morning-build', '--date', '2026-11-19');

      expect(JSON.stringify(denied.run.run.error)).toContain('ecs:RunTask');
    }),
  300_000,
);
