import { nameOf, readDetails } from './details.ts';

/** Says that a job has succeeded. Its result becomes part of the run's. */
export async function handler(event: unknown): Promise<{ notified: true; message: string; jobId: string | null }> {
  const details = readDetails(event);
  const jobId = typeof details.batch?.jobId === 'string' ? details.batch.jobId : null;
  const message = `${nameOf(details)} has succeeded: ${details.metadata.command.join(' ')}`;
  // One line, without the input: it may hold what is not for a log.
  console.log(JSON.stringify({ event: 'success handled', run: details.run.id, jobId, message }));
  return { notified: true, message, jobId };
}
