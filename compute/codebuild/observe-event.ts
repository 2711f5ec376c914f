import type { Build } from '@aws-sdk/client-codebuild';
import type { Observation } from '../port.ts';
import { observe } from './build-facts.ts';

interface BuildDetail {
  'build-id'?: unknown;
  'build-status'?: unknown;
}

/**
 * How a build ended by the words of its "CodeBuild Build State Change" event. Null when the event is of another build,
 * or of no end. It names a reason only in the phases, which CodeBuild keeps for a year: this is for when it is gone.
 */
export function observeEvent(event: unknown, externalId: string): Observation | null {
  const detail = (event as { detail?: BuildDetail } | null)?.detail;
  const arn = detail?.['build-id'];
  const status = detail?.['build-status'];
  if (typeof arn !== 'string' || !arn.endsWith(`/${externalId}`) || typeof status !== 'string') return null;
  if (status === 'IN_PROGRESS') return null;
  return observe({ buildStatus: status as NonNullable<Build['buildStatus']> });
}
