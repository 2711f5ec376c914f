import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FunctionContext } from '../../../model/function-task.ts';

/**
 * The function of the tests' jobs. What it does is decided by files in the folder that the input names, as in the
 * container of the tests: `hold`, `hold-<value>`, `fail`, `fail-<value>`, `deaf` (it does not hear that it is to end). It leaves a line in `called`
 * and, when it ends by itself, in `returned`; one in `aborted` when it is told to end.
 */
export async function work({ dir, value }: { dir: string; value?: number }, context: FunctionContext) {
  const line = `${context.attemptId} ${process.pid}\n`;
  appendFileSync(join(dir, 'called'), line);
  context.progress(1, 2);
  while (['hold', `hold-${value}`].some((file) => existsSync(join(dir, file)))) {
    if (context.signal.aborted && !existsSync(join(dir, 'deaf'))) {
      appendFileSync(join(dir, 'aborted'), line);
      throw context.signal.reason;
    }
    await delay(20);
  }
  if ([`fail`, `fail-${value}`].some((file) => existsSync(join(dir, file))))
    throw new Error(`told to fail for ${context.run.id}`);
  appendFileSync(join(dir, 'returned'), line);
  return { value: (value ?? 0) + 1, tokens: context.tokens, date: context.date, records: 7 };
}
