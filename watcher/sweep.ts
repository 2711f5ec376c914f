import { type Listed, tagNames } from '../compute/port.ts';
import { namePrefix } from '../engine/batch-request.ts';
import type { WorkerEngine } from '../engine/engine.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { raiseAlert } from '../store/alerts.ts';
import { listByIds, liveStatuses } from '../store/attempts.ts';
import { claimSweep } from '../store/meta.ts';

/** What earlier sweeps saw that has no row: external id to the time when first seen. Kept by the caller between cycles. */
export type Strangers = Map<string, number>;

/**
 * One cycle: lists what lives in our queues under our names, and stops what should not. Rows are read after listing, so
 * that nothing that was started meanwhile looks like a stranger. One worker of the cluster does it, and AWS is asked to
 * describe only what looks wrong: in a good night nothing.
 */
export async function sweep(engine: WorkerEngine, strangers: Strangers): Promise<number> {
  const { sweepMs } = engine.timings;
  if (!(await claimSweep(engine.db, sweepMs))) return sweepMs;
  const { queues } = engine.resources.batch;
  const listed = await engine.compute.list([...new Set([queues.onDemand, queues.spot])], namePrefix(engine));
  const rows = new Map((await listByIds(engine.db, listed.map(attemptIdOf))).map((row) => [row.id, row]));
  const wrong = listed.filter((thing) => !isOwned(thing, rows.get(attemptIdOf(thing))));
  const tags = wrong.length === 0 ? new Map() : await engine.compute.liveTags(wrong.map((thing) => thing.externalId));
  const seen = new Set<string>();
  for (const thing of wrong) {
    // The tag decides whose it is: another database may use the same names.
    if (tags.get(thing.externalId)?.[tagNames.database] !== engine.databaseId) continue;
    const row = rows.get(attemptIdOf(thing));
    if (row === undefined) {
      seen.add(thing.externalId);
      await considerStranger(engine, thing, strangers);
    } else {
      const second = row.externalId !== null && row.externalId !== thing.externalId;
      await stopStray(engine, thing, { runId: row.runId, rule: second ? 'secondJob' : 'strayJob' });
    }
  }
  for (const id of strangers.keys()) if (!seen.has(id)) strangers.delete(id);
  return sweepMs;
}

type Row = Awaited<ReturnType<typeof listByIds>>[number];

/** True when a live attempt's row has this id, or may still get it. */
function isOwned(thing: Listed, row: Row | undefined): boolean {
  if (row === undefined || !(liveStatuses as readonly string[]).includes(row.status)) return false;
  return row.externalId === null || row.externalId === thing.externalId;
}

function attemptIdOf({ name }: Pick<Listed, 'name'>): string {
  return name.slice(name.lastIndexOf('-') + 1);
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
