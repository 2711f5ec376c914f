/** `BATCH-001` and `2026-11-21` make `BATCH-001/2026-11-21`. */
export function runId(job: string, runKey: string): string {
  return `${job}/${runKey}`;
}

/**
 * The parts of a run id.
 * @throws TypeError when it is not `<job>/<business date or instant>`.
 */
export function parseRunId(id: string): { job: string; runKey: string } {
  const cut = id.indexOf('/');
  const job = id.slice(0, cut);
  const runKey = id.slice(cut + 1);
  if (cut < 1 || !isRunKey(runKey)) {
    throw new TypeError(
      `"${id}" is not a run: write <job>/<business date>, such as BATCH-001/2026-11-21, or <job>/<instant>, such as BATCH-001/2026-11-21T20:05Z`,
    );
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

/** True for a business date, or an instant: what a run is known by. */
export function isRunKey(text: string): boolean {
  return isBusinessDate(text) || instantOfKey(text) !== null;
}

/** The run key of an instant: its minute in UTC, `2026-11-21T20:05Z`. */
export function instantKey(instant: Date): string {
  return `${instant.toISOString().slice(0, 16)}Z`;
}

/** The instant that a run key names; null for a business date, or what is no key. */
export function instantOfKey(text: string): Date | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text)) return null;
  const instant = new Date(text);
  return Number.isNaN(instant.getTime()) || instantKey(instant) !== text ? null : instant;
}
