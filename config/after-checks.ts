import { prerequisiteId } from '../model/after.ts';
import { closest, type RegisteredJob } from './job-registry.ts';

/**
 * What is wrong between jobs: one id used twice, a prerequisite that nobody defines, a circle. Each names the files.
 * `found` are all jobs, also those with other problems: their ids are known; `sound` are those whose `after` can be read.
 */
export function afterProblems(found: readonly RegisteredJob[], sound: readonly RegisteredJob[]): string[] {
  const byId = new Map<string, RegisteredJob>();
  const problems: string[] = [];
  for (const entry of found) {
    const first = byId.get(entry.job.id);
    if (first)
      problems.push(
        `${entry.file}: ${entry.job.id}: id: is also used in ${first.file}; give one of the two another id`,
      );
    else byId.set(entry.job.id, entry);
  }
  for (const { job, file } of sound) {
    for (const other of (job.after ?? []).map(prerequisiteId)) {
      if (byId.has(other)) continue;
      const ids = [...byId.keys()];
      const known = ids.length <= 10 ? `one of ${ids.join(', ')}` : `such as ${closest(other, ids).join(', ')}`;
      problems.push(`${file}: ${job.id}: after: there is no job "${other}"; write ${known}`);
    }
  }
  return [...problems, ...circles(new Map(sound.map((entry) => [entry.job.id, entry])))];
}

/** Each circle once, told from its first job on. */
function circles(jobs: ReadonlyMap<string, RegisteredJob>): string[] {
  const problems: string[] = [];
  const done = new Set<string>();
  const visit = (id: string, path: readonly string[]): void => {
    const seen = path.indexOf(id);
    if (seen >= 0) problems.push(describeCircle(path.slice(seen), jobs));
    if (seen >= 0 || done.has(id)) return;
    for (const other of jobs.get(id)?.job.after ?? []) visit(prerequisiteId(other), [...path, id]);
    done.add(id);
  };
  for (const id of jobs.keys()) visit(id, []);
  return problems;
}

function describeCircle(path: readonly string[], jobs: ReadonlyMap<string, RegisteredJob>): string {
  const [first = ''] = path;
  const files = [...new Set(path.map((id) => jobs.get(id)?.file ?? ''))];
  const way = [...path, first].join(' waits for ');
  return `${files[0]}: ${first}: after: makes a circle, ${way} (${files.join(', ')}); take one of these out of an after`;
}
