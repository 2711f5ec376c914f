import {
  type Client,
  ScheduleAlreadyRunning,
  type ScheduleDescription,
  ScheduleNotFoundError,
} from '@temporalio/client';
import type { Job } from '../../model/job.ts';
import { isOver } from './over.ts';
import {
  type Difference,
  differences,
  type ScheduleDefinition,
  type ScheduleHome,
  scheduleDefinition,
} from './schedule-definition.ts';

/** What {@link syncSchedules} is to bring about. */
export interface SyncRequest extends ScheduleHome {
  jobs: readonly Job[];
  /** Only say what would change. */
  dryRun: boolean;
}

/** What was changed (or, in a dry run, would be). `blocked`: somebody else's schedule has our id; it was left alone, and the job is not scheduled. */
export type ScheduleChange = { scheduleId: string; job: string } & (
  | { kind: 'created' | 'removed' | 'blocked' }
  | { kind: 'updated'; differences: Difference[] }
);

/** The memo key by which we know our own schedules; the id alone could be anybody's. */
const ownerKey = 'nightshiftOwner';

/**
 * Makes Temporal's schedules match the jobs: creates, updates and removes only this owner's.
 * A person's pause and note stay, and a limit of actions as long as the times do. Changes nothing, and returns nothing, when all is as it should be.
 * @throws TypeError when a schedule does not compile, before anything is changed; Temporal's errors as they come.
 */
export async function syncSchedules(client: Client, request: SyncRequest): Promise<ScheduleChange[]> {
  const wanted = new Map<string, { job: string; definition: ScheduleDefinition; over: boolean }>();
  for (const job of request.jobs) {
    const definition = scheduleDefinition(job, request);
    if (definition === null || job.schedule === undefined) continue;
    const over = isOver(job.schedule, request.timezone);
    wanted.set(scheduleId(request.owner, job.id), { job: job.id, definition, over });
  }
  const changes: ScheduleChange[] = [];
  for (const [id, { job, ...one }] of wanted) {
    const change = await put(client, { ...request, id, ...one });
    if (change) changes.push({ scheduleId: id, job, ...change });
  }
  for (const id of await ownIds(client, request.owner)) {
    if (wanted.has(id)) continue;
    if (await remove(client, { ...request, id })) {
      changes.push({ scheduleId: id, job: id.slice(scheduleId(request.owner, '').length), kind: 'removed' });
    }
  }
  return changes;
}

/** The id of a job's schedule: `nightshift/<owner>/<job>`. */
export function scheduleId(owner: string, job: string): string {
  return `nightshift/${owner}/${job}`;
}

interface Target {
  id: string;
  owner: string;
  dryRun: boolean;
}
type Change = { kind: 'created' | 'blocked' } | { kind: 'updated'; differences: Difference[] };

type Wanted = Target & { definition: ScheduleDefinition; over: boolean };

async function put(client: Client, target: Wanted): Promise<Change | null> {
  const found = await describe(client, target.id);
  if (found) return update(client, target, found);
  // The server forgets what will not start again: to create it anew would never end.
  if (target.over) return null;
  if (target.dryRun) return { kind: 'created' };
  try {
    const { remainingActions, ...definition } = target.definition;
    const state = remainingActions === undefined ? {} : { state: { remainingActions } };
    await client.schedule.create({
      scheduleId: target.id,
      ...definition,
      ...state,
      memo: { [ownerKey]: target.owner },
    });
    return { kind: 'created' };
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    // Another sync was faster, or the answer to our own first try was lost.
    const made = await describe(client, target.id);
    return made ? update(client, target, made) : null;
  }
}

async function update(client: Client, target: Wanted, found: ScheduleDescription): Promise<Change | null> {
  if (!isOwn(found, target.owner)) return { kind: 'blocked' };
  const changed = differences(found, target.definition);
  if (changed.length === 0) return null;
  if (!target.dryRun) {
    // An update replaces the whole schedule: without its state, a deployment would end a person's pause.
    const { remainingActions, ...definition } = target.definition;
    await client.schedule.getHandle(target.id).update(({ state }) => ({
      ...definition,
      state: timesChanged(changed) ? withActions(state, remainingActions) : state,
    }));
  }
  return { kind: 'updated', differences: changed };
}

/** Other times are a new beginning: an `at(...)` that has had its start gets another one. */
function timesChanged(changed: Difference[]): boolean {
  return changed.some(({ what }) => ['times', 'intervals', 'single times'].includes(what));
}

function withActions(state: ScheduleDescription['state'], remainingActions: number | undefined) {
  const { remainingActions: _, ...rest } = state;
  return remainingActions === undefined ? rest : { ...rest, remainingActions };
}

/** The list lags behind: what it shows may be gone, and its memo is looked at again before anything is deleted. */
async function ownIds(client: Client, owner: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { scheduleId: id } of client.schedule.list()) {
    if (id.startsWith(scheduleId(owner, ''))) ids.push(id);
  }
  return ids.sort();
}

async function remove(client: Client, { id, owner, dryRun }: Target): Promise<boolean> {
  const found = await describe(client, id);
  if (!found || !isOwn(found, owner)) return false;
  if (!dryRun) await client.schedule.getHandle(id).delete();
  return true;
}

async function describe(client: Client, id: string): Promise<ScheduleDescription | null> {
  try {
    return await client.schedule.getHandle(id).describe();
  } catch (error) {
    if (error instanceof ScheduleNotFoundError) return null;
    throw error;
  }
}

function isOwn(found: ScheduleDescription, owner: string): boolean {
  return found.memo?.[ownerKey] === owner;
}
