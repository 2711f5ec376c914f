import { type Duration, durationMs } from '../model/duration.ts';
import type { Job } from '../model/job.ts';
import { checkInput, compileInput, InputError } from './job-input.ts';
import { scheduleProblems } from './schedule-checks.ts';

/**
 * What is wrong with a job of the right shape when its options are looked at together, as `option: problem; what to write`.
 * Waits for other jobs are checked by `waitProblems`.
 */
export function jobProblems(job: Job, timezone: string): string[] {
  return [...scheduleProblems(job, timezone), ...timeProblems(job), ...inputProblems(job), ...variableProblems(job)];
}

function timeProblems({ slowAfter, timeout = '24 hours', onFailure, handlerTimeout }: Job): string[] {
  const unused = onFailure === undefined && handlerTimeout !== undefined;
  return [
    ...(unused ? ['handlerTimeout: is only for jobs with onFailure; take it out, or write one'] : []),
    ...slowProblems({ slowAfter, timeout }),
  ];
}

function slowProblems({ slowAfter, timeout }: { slowAfter: Job['slowAfter']; timeout: Duration }): string[] {
  if (slowAfter === undefined || durationMs(slowAfter) < durationMs(timeout)) return [];
  return [`slowAfter: "${slowAfter}" is never reached, the run is stopped after "${timeout}"; write a shorter time`];
}

function inputProblems(job: Job): string[] {
  if (job.input === undefined) {
    return job.schedule?.input === undefined ? [] : ['schedule.input: the job takes none; give it an input schema'];
  }
  try {
    compileInput(job.input);
  } catch (error) {
    return [`input: is not a JSON Schema that Ajv takes (${(error as Error).message}); write one of draft 7`];
  }
  return scheduledInputProblems(job);
}

/** What its schedule starts has no other input. */
function scheduledInputProblems(job: Job): string[] {
  if (job.schedule === undefined) return [];
  try {
    checkInput(job, job.schedule.input);
    return [];
  } catch (error) {
    const problems = error instanceof InputError ? error.problems.join('; ') : (error as Error).message;
    return [`schedule.input: does not fit the job's input (${problems}); write what its runs are to get`];
  }
}

/** Each variable has one source. */
function variableProblems(job: Job): string[] {
  return Object.entries(job.tasks).flatMap(([name, task]) => {
    if (task.kind === 'function') return [];
    const { environment = {}, uses = [] } = task.options;
    const secrets = 'secrets' in task.options ? (task.options.secrets ?? {}) : {};
    const variables = uses.flatMap(({ use, name: of, env }) =>
      env === undefined ? [] : [{ env, where: `${use} "${of}"` }],
    );
    return [
      ...Object.keys(secrets)
        .filter((variable) => variable in environment)
        .map((variable) => `tasks.${name}.secrets.${variable}: is in environment, too; take one of the two out`),
      ...variables
        .filter(
          ({ env }, index) =>
            env in environment || env in secrets || variables.findIndex((each) => each.env === env) < index,
        )
        .map(
          ({ env, where }) => `tasks.${name}.uses: ${env} of ${where} is set elsewhere, too; write another variable`,
        ),
    ];
  });
}
