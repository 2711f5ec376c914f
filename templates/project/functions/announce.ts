/** What a day brought. */
interface Day {
  date: string;
  sales: number;
  cents: number;
}

/**
 * Runs in the worker, at least once: it may call other systems, such as your chat, and should bear to be called again.
 * What it returns goes back to the job.
 */
export function announce({ date, sales, cents }: Day): string {
  return `${date}: ${sales} sales, ${(cents / 100).toFixed(2)} in all`;
}
