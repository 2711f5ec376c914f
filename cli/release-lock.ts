import { type TakenLock, takeLock } from '../engine/take-lock.ts';
import { whoAmI } from './arguments.ts';
import { exitCodes, UsageError } from './exit-codes.ts';
import type { Look } from './look.ts';

const write = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Takes a lock from the run that holds it, and says what of that run may still be going on. Gives the exit code.
 * @throws UsageError without a reason; Refused when nobody holds the lock, or several runs do and none is named.
 */
export async function releaseLock(
  { db }: Pick<Look, 'db'>,
  release: { name: string; reason: string; run?: string },
): Promise<number> {
  if (release.reason.trim() === '') {
    throw new UsageError('--reason is empty; write why, such as --reason "stopped by hand in the AWS console"');
  }
  const { name, reason, run } = release;
  const taken = await takeLock({ db }, { name, runId: run, who: whoAmI(), reason });
  for (const line of takenLines(name, taken)) write(line);
  return exitCodes.succeeded;
}

function takenLines(name: string, { runId, live, holders, latch }: TakenLock): string[] {
  const next = holders.length > 0 ? `held by ${holders.join(', ')} now` : 'free now';
  const works = live.map(
    ({ stepKey, attemptId, status, externalId }) =>
      `  ${stepKey}  attempt ${attemptId}  ${status}  ${externalId ?? 'id in AWS not known'}`,
  );
  return [
    `${name} was taken from ${runId}; it is ${latch ? 'free as soon as a worker has released its latch' : next}`,
    ...(works.length === 0
      ? [`No work of ${runId} is going on`]
      : [
          `Work of ${runId} may still be going on, beside the next holder:`,
          ...works,
          `Stop it: nightshift cancel ${runId}`,
        ]),
  ];
}
