import { openDatabase, withTransaction } from '../../store/database.ts';
import { withDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

test('a connection that dies between two queries of a transaction fails it, and nothing else', () =>
  withDatabase(async ({ url }) => {
    const pool = openDatabase(url, () => undefined);
    const other = openDatabase(url, () => undefined, 1);
    try {
      const transaction = withTransaction(pool, async (sql) => {
        const { rows } = await sql.query<{ pid: number }>('select pg_backend_pid() as pid');
        const pid = rows[0]?.pid;
        await other.query('select pg_terminate_backend($1)', [pid]);
        await until(
          async () => (await other.query('select 1 from pg_stat_activity where pid = $1', [pid])).rowCount === 0,
          { describe: 'the connection to die' },
        );
        await sql.query('select 1');
      });

      await expect(transaction).rejects.toThrow(/terminat|closed|not queryable/i);
      expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
      await other.end();
    }
  }));
