import { deadLetterQueue, imageName, ownNames } from '../model/deployed-platform.ts';
import { imageAppOf } from '../model/image-apps.ts';
import type { Job } from '../model/job.ts';
import type { Use } from '../model/uses.ts';
import type { RegisteredJob } from './job-registry.ts';

/** What tasks may not use by these names: the stage has things of its own that are called so. */
const taken: Record<Use['use'], readonly string[]> = {
  secret: [],
  bucket: [ownNames.bucket],
  topic: [ownNames.alarmTopic],
  queue: [ownNames.eventQueue, ownNames.startQueue].flatMap((name) => [name, deadLetterQueue(name)]),
};

/** What is wrong with names in the jobs because two things in AWS would be called the same. */
export function nameProblems(jobs: readonly RegisteredJob[]): string[] {
  const ofStage = jobs.flatMap((entry) =>
    [...idProblems(entry.job), ...useProblems(entry.job)].map((problem) => `${where(entry)}: ${problem}`),
  );
  return [...ofStage, ...alikeIds(jobs), ...imageProblems(jobs)];
}

/** Roles are named by jobs, and IAM tells no capitals apart. Source: IAM, names must be unique without regard to case. */
function alikeIds(jobs: readonly RegisteredJob[]): string[] {
  const first = new Map<string, RegisteredJob>();
  return jobs.flatMap((entry) => {
    const { id } = entry.job;
    const known = first.get(id.toLowerCase()) ?? entry;
    first.set(id.toLowerCase(), known);
    // Two of the very same id are refused by the registry.
    if (known.job.id === id) return [];
    return [
      `${where(entry)}: id: differs from "${known.job.id}" (${known.file}) in capitals alone, and AWS would take their roles for the same; write another id`,
    ];
  });
}

function idProblems({ id }: Job): string[] {
  if (id !== ownNames.worker) return [];
  return [`id: "${id}" is what the log group, definitions and roles of the workers are called; write another id`];
}

function useProblems({ tasks }: Job): string[] {
  return Object.entries(tasks).flatMap(([name, task]) => {
    const uses = task.kind === 'function' ? [] : (task.options.uses ?? []);
    return uses
      .filter((use) => taken[use.use].includes(use.name))
      .map((use) => `tasks.${name}.uses: every stage has a ${use.use} "${use.name}" of its own; write another name`);
  });
}

/** Images are called as their apps, without capitals. */
function imageProblems(jobs: readonly RegisteredJob[]): string[] {
  const first = new Map<string, { app: string; entry: RegisteredJob }>();
  return jobs.flatMap((entry) =>
    Object.entries(entry.job.tasks).flatMap(([name, task]) => {
      const app = imageAppOf(task);
      if (app === undefined) return [];
      const image = imageName(app);
      const option = `${where(entry)}: tasks.${name}.app`;
      if (image === ownNames.worker) {
        return [`${option}: "${app}" would have the image of the workers, "${image}"; give the app another name`];
      }
      const known = first.get(image) ?? { app, entry };
      first.set(image, known);
      if (known.app === app) return [];
      return [
        `${option}: "${app}" and "${known.app}" (${where(known.entry)}) would have the same image, "${image}"; give one of the two apps another name`,
      ];
    }),
  );
}

function where({ file, job }: RegisteredJob): string {
  return `${file}: ${job.id}`;
}
