import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stopRun } from '../../engine/stop-run.ts';
import type { RunStatus } from '../../model/run-states.ts';
import { until } from '../support/until.ts';
import type { World } from '../support/world.ts';
import { eventTypes } from './fetch-history.ts';

/** One thing that a run can go through, with a recorded history. */
export interface Feature {
  /** The name of the files. */
  name: string;
  /** What the recorded run must end as: a recording that went another way is refused. */
  ends: RunStatus;
  /** The class of the run's error. Default: none. */
  errorClass?: string;
  /** Starts the run, does to it what the feature is about, and gives its id. A worker runs. */
  act(world: World): Promise<string>;
}

/** Every history there is. */
export const features: readonly Feature[] = [
  { name: 'success', ends: 'succeeded', act: (world) => world.start('FAN', { size: 3 }) },
  { name: 'retry', ends: 'succeeded', act: failOnce },
  { name: 'cancel', ends: 'cancelled', act: cancelWhileRunning },
  { name: 'waiting', ends: 'succeeded', act: waitForPrerequisite },
  { name: 'failed', ends: 'failed', errorClass: 'exitCode', act: failOneShard },
  { name: 'timed-out', ends: 'timedOut', errorClass: 'timedOut', act: holdForEver },
  { name: 'function', ends: 'succeeded', act: (world) => world.start('CALLED') },
  { name: 'with-lock', ends: 'succeeded', act: waitForPart },
  { name: 'task-not-awaited', ends: 'failed', errorClass: 'taskNotAwaited', act: forgetTheSecond },
  { name: 'parallel', ends: 'succeeded', act: (world) => world.start('PARALLEL', { limit: 2 }) },
  { name: 'parallel-wait', ends: 'failed', errorClass: 'exitCode', act: failOneBranch },
  { name: 'parallel-cancel', ends: 'failed', errorClass: 'exitCode', act: failAndStopBranches },
  { name: 'run-job', ends: 'succeeded', act: (world) => world.start('OUTER') },
  { name: 'on-success', ends: 'succeeded', act: (world) => world.start('HANDLED') },
  {
    name: 'on-failure',
    ends: 'failed',
    errorClass: 'jobCode',
    act: (world) => world.start('HANDLED', { broken: 'run' }),
  },
  {
    name: 'sleep-until',
    ends: 'succeeded',
    act: (world) => world.start('SLEEPER', { until: '2026-11-21T03:15:00+09:00' }),
  },
];

async function failOnce(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'fail-0'), '');
  const run = await world.start('RETRIED');
  await processEnded(world);
  rmSync(join(world.dir, 'fail-0'));
  return run;
}

async function cancelWhileRunning(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'hold'), '');
  const run = await world.start('ONE');
  await processStarted(world);
  await stopRun(world.engine, { runId: run, reason: 'cancelled', who: 'test', error: null });
  return run;
}

async function waitForPrerequisite(world: World): Promise<string> {
  const run = await world.start('WAITING');
  await until(async () => (await eventTypes(world, run)).includes('EVENT_TYPE_MARKER_RECORDED'), {
    describe: `${run} to have asked whether it may run`,
  });
  await world.ends(await world.start('LEFT'));
  return run;
}

/** The lock is held when it is asked for, so the run waits for a wake and asks again. */
async function waitForPart(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'hold-hasty'), '');
  const holder = await world.start('HASTY');
  await processStarted(world);
  const run = await world.start('PARTED');
  const asked = `select 1 from waits where run_id = $1 and kind = 'lock' and met_at is null`;
  await until(async () => (await world.db.query(asked, [run])).rowCount === 1, {
    describe: 'the lock to be asked for',
  });
  rmSync(join(world.dir, 'hold-hasty'));
  await world.ends(holder);
  return run;
}

async function failOneShard(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'fail-1'), '');
  return world.start('FAN', { size: 3 });
}

async function holdForEver(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'hold'), '');
  return world.start('BRIEF');
}

async function failOneBranch(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'fail-right.work#1'), '');
  return world.start('PARALLEL', { onFailure: 'wait' });
}

/** The other branches are at work when the one fails. */
async function failAndStopBranches(world: World): Promise<string> {
  for (const file of ['hold', 'fail-right.work#1', 'hold-left.work#1', 'hold-nested.inner.work#1']) {
    writeFileSync(join(world.dir, file), '');
  }
  const run = await world.start('PARALLEL', { onFailure: 'cancel' });
  await until(() => startedPids(world).size === 3, { describe: 'three branches to work' });
  rmSync(join(world.dir, 'hold'));
  return run;
}

/** The step that nobody awaits is still at work when the other one ends. */
async function forgetTheSecond(world: World): Promise<string> {
  writeFileSync(join(world.dir, 'hold'), '');
  const run = await world.start('FORGETFUL');
  const pid = await until(() => startedPids(world).get('work#1') ?? 0, { describe: 'work#1 to have started' });
  await until(() => startedPids(world).get('awaited'), { describe: 'the awaited step to have started' });
  process.kill(pid, 'SIGSTOP');
  rmSync(join(world.dir, 'hold'));
  return run;
}

/** Step to process id, from what the container writes. */
function startedPids(world: World): Map<string, number> {
  const lines = readFileSync(join(world.dir, 'started'), 'utf8').trim().split('\n');
  return new Map(lines.map((line) => line.split(' ')).map(([step = '', , pid]) => [step, Number(pid)]));
}

async function processStarted(world: World): Promise<void> {
  await until(() => startedPids(world).size > 0, { describe: 'a process to have started' });
}

async function processEnded(world: World): Promise<void> {
  await until(() => world.aws.journal.processes().some(({ ended }) => ended), { describe: 'a process to have ended' });
}
