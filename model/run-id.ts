/** `BATCH-001` and `2026-11-21` make `BATCH-001/2026-11-21`. */
export function runId(job: string, runKey: string): string {
  return `${job}/${runKey}`;
}

/**
 * The parts of a run id.
 * @throws TypeError when it is not `<job>/<business date>`.
 */
export function parseRunId(id: string): { job: string; runKey: string } {
  const cut = id.indexOf('/');
  const job = id.slice(0, cut);
  const runKey = id.slice(cut + 1);
  if (cut < 1 || !isBusinessDate(runKey)) {
    throw new TypeError(`"${id}" is not a run: write <job>/<business date>, such as BATCH-001/2026-11-21`);
  }
  return { job, runKey };
}

/** The Temporal workflow id of one execution of a run. */
export function workflowId(id: string, execution: number): string {
  return `${id}/${execution}`;
}

/** True for a day that exists, written `YYYY-MM-DD`. */
export function isBusinessDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
