import { appendFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';

/** The Lambda of the tests' jobs: files in the folder that its event names decide, as for the tests' container. */
export async function handler(event) {
  appendFileSync(join(event.dir, 'invoked'), `${event.nightshift.idempotencyKey}\n`);
  while (existsSync(join(event.dir, 'hold-lambda'))) await new Promise((resume) => setTimeout(resume, 20));
  if (existsSync(join(event.dir, 'fail-lambda'))) throw new TypeError('told to fail');
  return { step: event.nightshift.step, date: event.nightshift.date, keys: Object.keys(event).sort() };
}
