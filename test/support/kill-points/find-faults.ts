import { all } from '../../../store/database.ts';
import { getRun } from '../../../store/runs.ts';
import type { World } from '../world.ts';

/** What the job does, by task: each exactly once. */
const work = ['batchJob', 'ecsTask1', 'ecsTask2', 'finalBatchJob'];
const inMorning = new Set(work.slice(0, 3));

/** Judges a run that is over, by the journal of AWS and by the database. Gives what is wrong, in words. */
export async function findFaults(world: World, runId: string): Promise<string[]> {
  const run = await getRun(world.db, runId);
  const right = run?.status === 'succeeded' && JSON.stringify(run.result) === '{"sum":6}';
  return [
    ...(right ? [] : [`the run is ${run?.status}: ${JSON.stringify(run?.error ?? run?.result)}`]),
    ...faultsInAws(world, runId),
    ...(await faultsInRows(world, runId)),
  ];
}

function faultsInAws({ aws: { journal } }: World, runId: string): string[] {
  const processes = journal.processes().filter(({ started }) => started.environment.NIGHTSHIFT_RUN_ID === runId);
  const done = processes.map(({ started }) => taskOf(started.environment.NIGHTSHIFT_STEP)).sort();
  const live = processes.filter(({ ended }) => ended === undefined);
  const last = processes.find(({ started }) => taskOf(started.environment.NIGHTSHIFT_STEP) === 'finalBatchJob');
  const early = processes.filter(
    ({ started, ended }) =>
      inMorning.has(taskOf(started.environment.NIGHTSHIFT_STEP)) &&
      last !== undefined &&
      (ended === undefined || ended.at > last.started.at),
  );
  const made = [...journal.calls('RunTask'), ...journal.calls('StartBuild')]
    .filter(({ request }) => JSON.stringify(request).includes(`"${runId}"`))
    .flatMap(({ jobId }) => jobId ?? []);
  const count = new Set(made).size;
  return [
    ...(done.join() === work.join() ? [] : [`processes: ${done.join(', ')}`]),
    ...(count === work.length ? [] : [`${count} builds and tasks in place of ${work.length}`]),
    ...live.map(({ started }) => `${started.jobName} is left running`),
    ...early.map(({ started }) => `the last build did not wait for ${started.jobName}`),
  ];
}

/** `parallel/ecsTask1/ecsTask1#1` is a step of `ecsTask1`. */
function taskOf(step: string | undefined): string {
  return (step ?? '').replace(/^.*\//, '').replace(/#.*$/, '');
}

async function faultsInRows({ db }: World, runId: string): Promise<string[]> {
  const attempts = await all<{ text: string }>(
    db,
    `select s.key || ' is ' || a.status || coalesce(', ' || a.class, '') as text from attempts a
     join steps s on s.id = a.step_id where s.run_id = $1 order by 1`,
    [runId],
  );
  const odd = attempts.filter(({ text }) => !text.endsWith(' is succeeded'));
  const alerts = await all<{ text: string }>(db, `select 'alert ' || rule as text from alerts where run_id = $1`, [
    runId,
  ]);
  const executions = await all<{ text: string }>(
    db,
    `select 'execution ' || number || ' is ' || status as text from executions
     where run_id = $1 and (number > 1 or status <> 'closed')`,
    [runId],
  );
  return [
    ...(attempts.length === work.length ? [] : [`${attempts.length} attempts`]),
    ...[...odd, ...alerts, ...executions].map(({ text }) => text),
  ];
}
