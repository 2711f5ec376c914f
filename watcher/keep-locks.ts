import type { Engine } from '../engine/engine.ts';
import { grantLocks } from '../engine/grant-locks.ts';
import { raiseAlert } from '../store/alerts.ts';
import { withTransaction } from '../store/database.ts';
import { listExpiredLeases, listFreeWanted, lockTheLocks, renewLeases } from '../store/locks.ts';

/** One cycle: renews the leases of open runs, alerts expired ones, and grants what is free and asked for. */
export async function keepLocks(engine: Engine): Promise<number> {
  for (const { name, runId } of await listExpiredLeases(engine.db)) {
    const isNew = await raiseAlert(engine.db, { runId, rule: 'lockExpired', channels: [], detail: { lock: name } });
    if (isNew) engine.log.warn('lock lease ran out', { lock: name, runId });
  }
  await renewLeases(engine.db);
  if ((await listFreeWanted(engine.db)).length > 0) {
    await withTransaction(engine.db, async (sql) => {
      await lockTheLocks(sql);
      await grantLocks(sql, await listFreeWanted(sql));
    });
  }
  return engine.timings.leaseMs;
}
