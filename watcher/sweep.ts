import { type ComputeKind, computeFor, type Listed, tagNames } from '../compute/port.ts';
import type { AwsResources, WorkerEngine } from '../engine/engine.ts';
import { namePrefix } from '../engine/requests/request-facts.ts';
import { messageOf } from '../engine/submit-attempt.ts';
import { raiseAlert } from '../store/alerts.ts';
import { listByIds, liveStatuses } from '../store/attempts.ts';
import { claimSweep } from '../store/meta.ts';

/** What earlier sweeps saw that has no row: external id to the time when first seen. Kept by the caller between cycles. */
export type Strangers = Map<string, number>;

/**
 * One cycle: lists what lives in our queues, cluster and projects under our names, and stops what should not. Rows are
 * read after listing, so that nothing that was started meanwhile looks like a stranger. One worker of the cluster does
 * it, and AWS is asked to describe only what looks wrong.
 */
export async function sweep(engine: WorkerEngine, strangers: Strangers): Promise<number> {
  const { sweepMs } = engine.timings;
  if (!(await claimSweep(engine.db, sweepMs))) return sweepMs;
  const seen = new Set<string>();
  for (const { kind, places } of placesOf(engine.resources())) {
    try {
      await sweepKind(engine, { kind, places, strangers, seen });
    } catch (error) {
      // One service that does not answer must not keep the others from being swept.
      engine.log.error('service not swept', { kind, places, error: messageOf(error) });
    }
  }
  for (const id of strangers.keys()) if (!seen.has(id)) strangers.delete(id);
  return sweepMs;
}

/**
 * Where our things can be, by service; each CodeBuild project apart, since one that is gone must not hide the others. A
 * service that no job uses is left alone: there is no right to look into it.
 */
function placesOf({ batch, ecs, codeBuild }: AwsResources): { kind: ComputeKind; places: string[] }[] {
  const projects = Object.values(codeBuild?.projects ?? {}).map((project) => project.name);
  const isUsed = (definitions: object) => Object.keys(definitions).length > 0;
  const all = [
    { kind: 'batch' as const, places: isUsed(batch.definitions) ? [...new Set(Object.values(batch.queues))] : [] },
    { kind: 'ecs' as const, places: ecs !== undefined && isUsed(ecs.definitions) ? [ecs.cluster] : [] },
    ...[...new Set(projects)].map((project) => ({ kind: 'codeBuild' as const, places: [project] })),
  ];
  return all.filter(({ places }) => places.length > 0);
}

interface Sweeping {
  kind: ComputeKind;
  places: string[];
  strangers: Strangers;
  /** Of the strangers, those that this sweep has seen. */
  seen: Set<string>;
}

async function sweepKind(engine: WorkerEngine, { kind, places, strangers, seen }: Sweeping) {
  const compute = computeFor(engine.computes, kind);
  const listed = await compute.list(places, namePrefix(engine));
  const rows = new Map((await listByIds(engine.db, listed.map(attemptIdOf))).map((row) => [row.id, row]));
  const wrong = listed.filter((thing) => !isOwned(thing, rows.get(attemptIdOf(thing))));
  if (wrong.length === 0) return;
  const tags = await compute.liveTags(wrong.map((thing) => thing.externalId));
  for (const each of wrong) {
    const thing = { ...each, kind };
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
}

/** A listed thing of one service. */
type Thing = Listed & { kind: ComputeKind };

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
async function considerStranger(engine: WorkerEngine, thing: Thing, strangers: Strangers) {
  const seenBefore = strangers.has(thing.externalId);
  strangers.set(thing.externalId, strangers.get(thing.externalId) ?? Date.now());
  const age = Date.now() - thing.createdAt.getTime();
  if (seenBefore && age > engine.timings.sweepUnknownAgeMs)
    await stopStray(engine, thing, { runId: thing.name, rule: 'strayJob' });
}

async function stopStray(engine: WorkerEngine, thing: Thing, alert: { runId: string; rule: string }) {
  const detail = { externalId: thing.externalId, name: thing.name };
  await raiseAlert(engine.db, { ...alert, channels: [], detail });
  engine.log.error('stray job stopped', { ...alert, ...detail });
  try {
    await computeFor(engine.computes, thing.kind).stop(thing.externalId, 'nightshift: no open attempt owns this job');
  } catch (error) {
    engine.log.warn('stray job not stopped', { ...detail, error: messageOf(error) });
  }
}
