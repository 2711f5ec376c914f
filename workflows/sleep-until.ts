import { sleep } from '@temporalio/workflow';
import type { RunInput } from '../model/settings.ts';
import { resolveTime } from './activities.ts';
import { misuse } from './misuse.ts';

/** Makes `sleepUntil` for one run: a timer; what is past is over at once. */
export function makeSleepUntil(run: RunInput): (when: Date | string) => Promise<void> {
  return async (when) => {
    const clock = typeof when === 'string' && /^([01]\d|2[0-3]):[0-5]\d$/.test(when);
    const instant = new Date(clock ? await resolveTime({ runId: run.runId, time: when }) : when);
    if (Number.isNaN(instant.getTime()) || (typeof when === 'string' && !clock && !/(Z|[+-]\d\d:?\d\d)$/.test(when))) {
      throw misuse(
        `sleepUntil got "${when}": write an instant such as "2026-11-21T03:15:00Z", or a time such as "03:15"`,
      );
    }
    const ms = instant.getTime() - Date.now();
    if (ms > 0) await sleep(ms);
  };
}
