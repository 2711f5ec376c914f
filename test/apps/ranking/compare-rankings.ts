import { readFileSync } from 'node:fs';
import type pg from 'pg';

/** A row of shop.rankings that is not what the design sheet says. Null: the row should not be, or is not there. */
export interface Difference {
  user_id: string;
  expected_rank: string | null;
  expected_score: string | null;
  found_rank: string | null;
  found_score: string | null;
  found_date: string | null;
}

/** Compares shop.rankings, row by row, with what the sheet says for a business date. Empty: all is right. */
export async function compareRankings(client: pg.Client, date: string): Promise<Difference[]> {
  const sql = readFileSync(new URL('./expected-rankings.sql', import.meta.url), 'utf8');
  const { rows } = await client.query<Difference>(sql, [date]);
  return rows;
}
