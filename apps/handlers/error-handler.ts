import { type Details, nameOf, readDetails, record } from './details.ts';

/** Says that a job, or its success handler, has failed, and why. */
export async function handler(event: unknown): Promise<{ notified: true; message: string; failureClass: string }> {
  const details = readDetails(event);
  const error = record(record(event)?.error);
  if (typeof error?.message !== 'string') {
    throw new Error('The event is not as it should be: error.message must be a text');
  }
  const failureClass = typeof error.class === 'string' ? error.class : 'unknown';
  const message = [`${nameOf(details)} has failed (${failureClass}): ${error.message}`, ...reasonOf(details)].join(
    ' · ',
  );
  // One line, without the input: it may hold what is not for a log.
  console.log(JSON.stringify({ event: 'error handled', run: details.run.id, failureClass, message }));
  return { notified: true, message, failureClass };
}

/** What Batch says of the job; nothing when there was none. */
function reasonOf({ batch }: Details): string[] {
  const reason = record(batch)?.statusReason;
  return typeof reason === 'string' ? [`Batch: ${reason}`] : [];
}
