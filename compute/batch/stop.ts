import { TerminateJobCommand } from '@aws-sdk/client-batch';
import { call } from '../aws/call.ts';
import type { BatchClients } from './clients.ts';

/** Asks AWS to end a job, in whatever state; an array with all of its children. */
export async function stop({ batch, callMs }: BatchClients, jobId: string, reason: string): Promise<void> {
  // AWS takes no empty reason, and none that is longer.
  const words = reason.slice(0, 1_024) || 'Stopped by Nightshift';
  // CancelJob answers well and does nothing for jobs that have started.
  await call({ operation: 'TerminateJob', of: { job: jobId }, within: callMs }, (options) =>
    batch.send(new TerminateJobCommand({ jobId, reason: words }), options),
  );
}
