import type { TSchema } from 'typebox';
import { checkInput } from '../config/job-input.ts';
import { recordsOf } from '../engine/records-of.ts';
import type { InputOf, Job, JobOptions } from '../model/job.ts';
import { runId } from '../model/run-id.ts';
import type { ResultOf } from '../model/run-job.ts';
import { runSettings } from '../model/settings.ts';
import type { Task } from '../model/task.ts';
import { taskFacts } from '../model/task-facts.ts';
import { instantOf } from '../triggers/business-date.ts';
import { dateOfRun, keyProblem } from '../triggers/run-keys.ts';
import { makeDispatcher } from '../workflows/dispatcher.ts';
import { drive } from './drive.ts';
import type { AnyFakes, Fakes, OtherEnd } from './fakes.ts';
import { openPlay, type Play } from './play.ts';
import { openSandbox } from './sandbox.ts';
import type { TestedRun } from './tested-run.ts';

/** What a run is carried out with, apart from its input. */
export interface TestSettings<T> {
  /** The business date, `YYYY-MM-DD`; for a job that runs by instant, its instant, `2026-11-21T20:05Z`. */
  date: string;
  /** What stands in for each task of the job. */
  tasks: Fakes<T>;
  /** Locks that another run holds when this one asks for them. A run that waits gets them then. Default: none. */
  locks?: { busy: readonly string[] };
  /** How runs that the job asks for by `runJob` end, by job. Default: none; a `runJob` is then an error of the test. */
  jobs?: Readonly<Record<string, OtherEnd>>;
  /** When the run begins, ISO 8601 with a zone. Default: midnight of the business date in the job's zone. */
  now?: string;
  /** The configuration's time zone, for a job without a schedule of its own. Default `'UTC'`. */
  timezone?: string;
}

/** Options of {@link testJob}. `input` is that of the job's schema, and left out for a job without one. */
export type TestOptions<T, S> = TestSettings<T> &
  ([S] extends [undefined] ? { input?: undefined } : { input: InputOf<S> });

/**
 * Runs a job's `run`, `onSuccess` and `onFailure` with fakes in place of its tasks: by the code that carries out real
 * runs, in this process, without servers. Nothing waits: the clock is set to whatever comes next.
 * @example const done = await testJob(ranking, { date: '2026-11-21', tasks: { score: () => ({ users: 1 }), publish: () => ({ records: 4, top: [] }) } });
 * @throws InputError for an input that the job's schema refuses; TypeError when something that the run needs is missing or wrong.
 */
export async function testJob<T extends Record<string, Task>, S extends TSchema | undefined, R, H>(
  job: JobOptions<T, S, R, H>,
  options: TestOptions<T, S>,
): Promise<TestedRun<ResultOf<JobOptions<T, S, R, H>> | undefined>> {
  const play = openPlay(partsOf(job as unknown as Job, options));
  const { runId: id } = play.run;
  const workflow = makeDispatcher({ [job.id]: () => play.job });
  const sandbox = openSandbox({ workflow, type: job.id, id: `${id}/1`, now: play.now });
  await drive(play, sandbox);
  return {
    run: id,
    status: play.status,
    reason: play.reason,
    result: (play.result ?? undefined) as ResultOf<JobOptions<T, S, R, H>> | undefined,
    error: play.error,
    records: play.status === 'succeeded' ? recordsOf(play.result) : null,
    ...play.done,
    logged: sandbox.logged,
    tookMs: play.now - play.startedAt,
  };
}

function partsOf(job: Job, options: TestSettings<unknown> & { input?: unknown }): Parameters<typeof openPlay>[0] {
  const { date: runKey, timezone = 'UTC' } = options;
  const problem = keyProblem(job, runKey);
  if (problem !== null) throw new TypeError(`testJob got a wrong date: ${problem}`);
  const fakes = options.tasks as AnyFakes;
  checkFakes(job, fakes);
  const settings = runSettings(job, timezone);
  const date = dateOfRun(job, runKey, timezone);
  const input = checkInput(job, options.input) ?? null;
  const run = { runId: runId(job.id, runKey), job: job.id, runKey, date, execution: 1, input };
  const others: Play['others'] = options.jobs ?? {};
  return {
    job,
    run: { ...run, ...taskFacts(settings.tasks, 60_000) },
    settings,
    fakes,
    others,
    busy: new Set(options.locks?.busy),
    startedAt: startOf(options.now, instantOf(date, '00:00', settings.timezone)),
  };
}

function startOf(now: string | undefined, midnight: Date): number {
  if (now === undefined) return midnight.getTime();
  const instant = Date.parse(now);
  if (Number.isNaN(instant) || !/(Z|[+-]\d\d:?\d\d)$/.test(now)) {
    throw new TypeError(`testJob got now: "${now}"; write an instant with a zone, such as "2026-11-21T03:00:00+09:00"`);
  }
  return instant;
}

function checkFakes(job: Job, fakes: AnyFakes): void {
  const missing = Object.keys(job.tasks).filter((task) => typeof fakes[task] !== 'function');
  if (missing.length > 0) {
    const [first] = missing;
    throw new TypeError(`${job.id} has no fake for ${missing.join(', ')}: add tasks: { ${first}: (input) => ... }`);
  }
  const unknown = Object.keys(fakes).filter((task) => !(task in job.tasks));
  if (unknown.length > 0) {
    const known = Object.keys(job.tasks).join(', ');
    throw new TypeError(`${job.id} has no task ${unknown.join(', ')}, for which there is a fake; it has ${known}`);
  }
}
