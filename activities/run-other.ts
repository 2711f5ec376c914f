import { ApplicationFailure } from '@temporalio/common';
import { type Engine, Refused } from '../engine/engine.ts';
import { type OtherAnswer, type OtherRequest, runOther } from '../engine/run-other.ts';
import { refuse } from './refuse.ts';

/** Names of errors that say that the call itself is wrong. */
const misuses = new Set(['UnknownJobError', 'InputError']);

/** Makes the activity that finds or starts the run that another one waits for. */
export function createRunOther(engine: Engine) {
  return async (request: OtherRequest): Promise<OtherAnswer> => {
    try {
      return await runOther(engine, request);
    } catch (error) {
      if (error instanceof Refused || (error instanceof Error && misuses.has(error.name))) {
        throw ApplicationFailure.nonRetryable(error.message, 'jobCode');
      }
      return refuse(error);
    }
  };
}
