import type { Job } from './job.ts';

/** Jobs that wait for their vCPUs. */
export interface WaitingLine {
  /** Puts a job at the end; in a queue with fair share, before those of its share that have a lower priority. */
  add(job: Job): void;
  /** The job whose turn it is. */
  first(): Job | undefined;
  /** Takes that job away. */
  shift(): void;
}

/** Makes an empty line. */
export function createWaitingLine(): WaitingLine {
  let waiting: Job[] = [];
  let head = 0;
  return {
    add: (job) => void waiting.splice(placeOf(job, waiting, head), 0, job),
    first: () => waiting[head],
    shift() {
      head += 1;
      if (head < waiting.length) return;
      waiting = [];
      head = 0;
    },
  };
}

/** The jobs of a share stand in the order of their priority, so the search ends at the first that is not lower. */
function placeOf(job: Job, waiting: Job[], head: number): number {
  let place = waiting.length;
  if (job.plan.share === undefined) return place;
  for (let index = waiting.length - 1; index >= head; index -= 1) {
    const other = waiting[index]?.plan;
    if (other?.queueArn !== job.plan.queueArn || other.share !== job.plan.share) continue;
    if (other.priority >= job.plan.priority) break;
    place = index;
  }
  return place;
}
