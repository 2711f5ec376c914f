import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { all } from '../../store/database.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Puts a file into the folder that decides what the container does. */
export function tell(world: World, ...files: string[]): void {
  for (const file of files) writeFileSync(join(world.dir, file), '');
}

/** Takes such a file away. */
export function untell(world: World, ...files: string[]): void {
  for (const file of files) rmSync(join(world.dir, file));
}

/** Waits until so many containers have begun their work, and AWS's ids of them are written. */
export async function untilWorking(world: World, count: number): Promise<void> {
  const begun = () => readFileSync(join(world.dir, 'started'), 'utf8').split('\n').length - 1;
  await until(() => begun() === count && world.aws.journal.running().length === count, {
    describe: `${count} containers to work`,
  });
  const unwritten = `select 1 from attempts where status = 'starting'`;
  await until(async () => (await world.db.query(unwritten)).rowCount === 0, { describe: 'the ids to be written' });
}

/** Jobs that AWS accepted, by job name: one name is one attempt. */
export function acceptedJobs(world: World): Map<string, string[]> {
  const byName = new Map<string, string[]>();
  for (const call of world.aws.journal.calls('SubmitJob')) {
    if (call.jobId === undefined) continue;
    const name = String(call.request.jobName);
    byName.set(name, [...new Set([...(byName.get(name) ?? []), call.jobId])]);
  }
  return byName;
}

/** Processes that were started: `<job name> <array index>`, sorted. */
export function startedProcesses(world: World): string[] {
  return world.aws.journal
    .processes()
    .map(({ started }) => `${started.jobName} ${started.index ?? 0}`)
    .sort();
}

/** The promise that every test can check: at most one accepted SubmitJob an attempt, one process an attempt and shard. */
export function expectNothingTwice(world: World): void {
  for (const [name, jobs] of acceptedJobs(world)) expect({ name, jobs: jobs.length }).toEqual({ name, jobs: 1 });
  const started = startedProcesses(world);
  expect(started).toEqual([...new Set(started)]);
}

/** Rules of the alerts that were raised, sorted. */
export async function alertsOf(world: World, runId: string): Promise<string[]> {
  const rows = await all<{ rule: string }>(world.db, 'select rule from alerts where run_id = $1 order by rule', [
    runId,
  ]);
  return rows.map((row) => row.rule);
}

/** Who holds a lock; null when it is free. */
export async function holderOf(
  world: World,
  lock: string,
): Promise<{ runId: string | null; token: number } | undefined> {
  const rows = await all<{ runId: string | null; token: number }>(
    world.db,
    'select run_id as "runId", token from lock_slots where name = $1',
    [lock],
  );
  return rows[0];
}
