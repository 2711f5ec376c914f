import type { Sql } from '../store/database.ts';
import { enqueue } from '../store/outbox.ts';

/** The run is to be told what is new: many tellings before the wake is sent become one. */
export function tellRun(sql: Sql, runId: string): Promise<void> {
  return enqueue(sql, 'wake', runId);
}
