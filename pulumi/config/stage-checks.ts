import { ConfigError } from '../../config/config-error.ts';
import type { RegisteredJob } from '../../config/job-registry.ts';
import { sourceProblems } from '../../config/source-checks.ts';
import { tasksOf } from '../../model/deployed-names.ts';
import { fargateProblem, memoryMib } from '../../model/size.ts';
import { schedulerProblem } from '../jobs/scheduler-schedule.ts';
import { missingImages } from '../jobs/stage-tasks.ts';
import type { Stage } from '../stage.ts';
import { placeProblems } from './place-checks.ts';

/**
 * Checks what the stack's configuration, the job files (`found`: the stage's jobs) and the apps' folders say together.
 * @throws ConfigError with all problems.
 */
export async function checkStage(stage: Stage, found: readonly RegisteredJob[]): Promise<void> {
  const { part } = stage.config;
  const withJobs = part === 'all' || part === 'jobs';
  const ofJobs = async () => [
    ...[...sizeProblems(stage), ...queueProblems(stage), ...scheduleProblems(stage), ...imageProblems(stage)],
    ...(await sourceProblems(stage.directory, found)),
  ];
  const problems = [...placeProblems(stage), ...(withJobs ? await ofJobs() : [])];
  if (problems.length > 0) throw new ConfigError(`The stage ${stage.place.stage} cannot be deployed`, problems);
}

function sizeProblems({ config: { workers } }: Stage): string[] {
  const problem = fargateProblem(workers.vcpu, memoryMib(workers.memory));
  return problem === null ? [] : [`workers.memory: ${problem}`];
}

/** Batch refuses a job without a share on a shared queue, and one with a share on another, each at its start. */
function queueProblems({ jobs, place, config }: Stage): string[] {
  const isShared = config.batch.fairShare !== null;
  return tasksOf(jobs, place, 'batch').flatMap(({ key, task: { options } }) => {
    if (options.queue !== undefined) {
      return place.existing.jobQueues[options.queue] !== undefined
        ? []
        : [
            `${key}: its queue "${options.queue}" is not made by a deployment; write its ARN into queues of the stage in nightshift.config.ts`,
          ];
    }
    if (isShared === (options.share !== undefined)) return [];
    return isShared
      ? [`${key}: the stage's queues are shared (batch.fairShare); give the task a share`]
      : [
          `${key}: it has a share, and the stage's queues are not shared; write batch.fairShare, such as {"weights":{"teamA":1}}`,
        ];
  });
}

function scheduleProblems({ jobs, config }: Stage): string[] {
  if (config.schedules !== 'eventbridge') return [];
  return jobs.flatMap(({ id, schedule }) => {
    const problem = schedule === undefined ? null : schedulerProblem(schedule);
    return problem === null ? [] : [`${id}: ${problem}`];
  });
}

function imageProblems(stage: Stage): string[] {
  const missing = stage.config.withoutImages ? [] : missingImages(stage);
  return missing.length === 0
    ? []
    : [
        `images: ${stage.config.images} has no image of ${missing.join(', ')}; run "nightshift images push --stage ${stage.place.stage}". If their repositories are not there yet, deploy once with nightshift:withoutImages: true, which leaves out what runs in these images`,
      ];
}
