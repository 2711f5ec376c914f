import type { Listed } from '../compute/port.ts';
import { namePrefix, tagNames } from '../engine/batch-request.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { raiseAlert } from '../store/alerts.ts';
import { listByIds, liveStatuses } from '../store/attempts.ts';

/** What earlier sweeps saw that has no row: external id to the time when first seen. Kept by the caller between cycles. */
export type Strangers = Map<string, number>;

/**
 * One cycle: lists what lives in our queues under our names, and stops what should not. Rows are read after listing, so
 * that nothing that was started meanwhile looks like a stranger.
 */
export async function sweep(engine: WorkerEngine, strangers: Strangers): Promise<number> {
  const { queues } = engine.resources.batch;
  const listed = await engine.compute.list([...new Set([queues.onDemand, queues.spot])], namePrefix(engine));
  const ours = listed.filter((thing) => thing.tags[tagNames.database] === engine.databaseId);
  const ids = ours.flatMap((thing) => thing.tags[tagNames.attempt] ?? []);
  const rows = new Map((await listByIds(engine.db, ids)).map((row) => [row.id, row]));
  const seen = new Set<string>();
  for (const thing of ours) {
    const row = rows.get(thing.tags[tagNames.attempt] ?? '');
    if (row === undefined) {
      seen.add(thing.externalId);
      await considerStranger(engine, thing, strangers);
      continue;
    }
    const live = (liveStatuses as readonly string[]).includes(row.status);
    const second = row.externalId !== null && row.externalId !== thing.externalId;
    if (second || !live) await stopStray(engine, thing, { runId: row.runId, rule: second ? 'secondJob' : 'strayJob' });
  }
  for (const id of strangers.keys()) if (!seen.has(id)) strangers.delete(id);
  return engine.timings.sweepMs;
}

/** No row at all, though the tag says this database: stopped when seen twice and old enough to be sure. */
async function considerStranger(engine: WorkerEngine, thing: Listed, strangers: Strangers) {
  const seenBefore = strangers.has(thing.externalId);
  strangers.set(thing.externalId, strangers.get(thing.externalId) ?? Date.now());
  const age = Date.now() - thing.createdAt.getTime();
  if (seenBefore && age > engine.timings.sweepUnknownAgeMs)
    await stopStray(engine, thing, { runId: thing.name, rule: 'strayJob' });
}

async function stopStray(engine: WorkerEngine, thing: Listed, alert: { runId: string; rule: string }) {
  const detail = { externalId: thing.externalId, name: thing.name };
  await raiseAlert(engine.db, { ...alert, channels: [], detail });
  engine.log.error('stray job stopped', { ...alert, ...detail });
  try {
    await engine.compute.stop(thing.externalId, 'nightshift: no open attempt owns this job');
  } catch (error) {
    engine.log.warn('stray job not stopped', { ...detail, error: messageOf(error) });
  }
}
