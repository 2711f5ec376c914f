import type { RetryRequest } from '../engine/retry-run.ts';
import { UsageError } from './exit-codes.ts';

/** The options of `nightshift retry` that say what runs again. */
export interface RetryOptions {
  fromStart?: boolean;
  step?: string;
  skipStep?: string;
  reason?: string;
  withSuccessors?: boolean;
}

/**
 * What of a run is to run again.
 * @throws UsageError when the options exclude each other, or one lacks its reason.
 */
export function retryChoice(options: RetryOptions): Pick<RetryRequest, 'again' | 'steps' | 'withSuccessors'> {
  const { fromStart, step, skipStep, reason, withSuccessors = false } = options;
  const named = [
    fromStart === true && '--from-start',
    step !== undefined && '--step',
    skipStep !== undefined && '--skip-step',
  ];
  const given = named.filter((option) => option !== false);
  if (given.length > 1) throw new UsageError(`${given.join(' and ')} exclude each other: give one of them`);
  if (skipStep === undefined && reason !== undefined) throw new UsageError('--reason is only for --skip-step');
  if (skipStep !== undefined && (reason === undefined || reason.trim() === '')) {
    throw new UsageError('--skip-step needs --reason: say why, others will read it in `nightshift show`');
  }
  const steps = stepChoice(options);
  return { again: fromStart === true ? 'fromStart' : 'retry', withSuccessors, ...(steps && { steps }) };
}

function stepChoice({ step, skipStep, reason = '' }: RetryOptions): RetryRequest['steps'] {
  if (step !== undefined) return { step };
  return skipStep === undefined ? undefined : { skipStep, reason };
}
