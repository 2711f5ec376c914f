import { prerequisiteId } from '../model/after.ts';
import type { Job } from '../model/job.ts';

/** A job and where it was found. */
export interface RegisteredJob {
  job: Job;
  /** Path from the project's folder, with `/`. */
  file: string;
  /** The name under which the file exports it. */
  exportName: string;
}

/** All jobs of a project, checked. */
export interface JobRegistry {
  /** By id, in the order of ids. */
  jobs: ReadonlyMap<string, RegisteredJob>;
  /**
   * The job of this id.
   * @throws UnknownJobError that names the closest ids.
   */
  get(id: string): Job;
  /** The jobs that name this one in their `after`, in the order of ids. */
  successorsOf(id: string): Job[];
  /** All jobs, each after its prerequisites; otherwise in the order of ids. */
  inOrder(): Job[];
}

/** Nobody defined a job of that id. */
export class UnknownJobError extends Error {
  override readonly name = 'UnknownJobError';

  constructor(id: string, known: readonly string[]) {
    const close = closest(id, known).filter(
      (other) => distance(id.toLowerCase(), other.toLowerCase()) <= id.length / 2,
    );
    super(`There is no job "${id}"; ${advice(close, known)}`);
  }
}

function advice(close: string[], known: readonly string[]): string {
  if (close.length > 0) return `did you mean ${close.join(', ')}?`;
  return known.length > 0 ? `there are ${known.join(', ')}` : 'no job is defined';
}

/** Makes a registry of jobs that were checked: ids are unique, prerequisites known, and `after` makes no circle. */
export function jobRegistry(registered: readonly RegisteredJob[]): JobRegistry {
  const jobs = new Map(
    [...registered].sort((a, b) => compare(a.job.id, b.job.id)).map((entry) => [entry.job.id, entry]),
  );
  const all = [...jobs.values()].map(({ job }) => job);
  const order = sortByAfter(all);
  return {
    jobs,
    get(id) {
      const found = jobs.get(id);
      if (!found) throw new UnknownJobError(id, [...jobs.keys()]);
      return found.job;
    },
    successorsOf: (id) => all.filter(({ after = [] }) => after.some((each) => prerequisiteId(each) === id)),
    inOrder: () => [...order],
  };
}

/** The (at most three) known ids that need the fewest changes to become the text, best first. */
export function closest(text: string, known: readonly string[]): string[] {
  const distances = known.map((id) => ({ id, distance: distance(text.toLowerCase(), id.toLowerCase()) }));
  return distances
    .sort((a, b) => a.distance - b.distance || compare(a.id, b.id))
    .slice(0, 3)
    .map(({ id }) => id);
}

function sortByAfter(jobs: readonly Job[]): Job[] {
  const sorted = new Set<Job>();
  const waiting = [...jobs];
  while (waiting.length > 0) {
    const done = new Set([...sorted].map(({ id }) => id));
    const next = waiting.findIndex(({ after = [] }) => after.every((each) => done.has(prerequisiteId(each))));
    const [job] = waiting.splice(Math.max(next, 0), 1);
    if (job) sorted.add(job);
  }
  return [...sorted];
}

/** How many letters must be put in, taken out or changed to make one text the other. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...from].entries()) {
    const next = [index + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (row[column] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
