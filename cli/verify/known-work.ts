import { createHash } from 'node:crypto';
import type { Job } from '../../model/job.ts';
import { instantKey } from '../../model/run-id.ts';
import { runsBy } from '../../triggers/run-keys.ts';

/** What the run of a verification is given. Always the same, so that the same run can be made again and again. */
export const knownInput = { message: 'Verify the stage', items: ['item-A', 'item-B'] };

/** A business date before all others: no schedule, no backfill and no person asks for it. */
const day = '1970-01-01';

/** The key of the run that verifies, by date or by instant as the job runs. */
export function verificationKey(job: Job): string {
  return runsBy(job) === 'date' ? day : instantKey(new Date(`${day}T00:00:00Z`));
}

/** What is wrong with a result of the known input; null when nothing is. */
export function resultProblem(result: unknown): string | null {
  const { items } = knownInput;
  const given = typeof result === 'object' && result !== null && 'results' in result ? result.results : undefined;
  if (!Array.isArray(given)) return 'the result has no list "results"';
  if (given.length !== items.length) return `${given.length} results, expected ${items.length}`;
  const problems = items.flatMap((item, index) => {
    const expected = { index, item, sha256: createHash('sha256').update(item).digest('hex') };
    const got = given[index] as Partial<typeof expected> | null;
    const wrong = Object.entries(expected).filter(([name, value]) => got?.[name as keyof typeof expected] !== value);
    return wrong.map(([name, value]) => `${name} of result ${index} is not ${value}`);
  });
  return problems.length === 0 ? null : problems.join('; ');
}
