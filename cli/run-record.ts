import { runId } from '../model/run-id.ts';
import { listAlerts } from '../store/alerts.ts';
import { type AttemptRow, listAttempts } from '../store/attempts.ts';
import { listAudit } from '../store/audit.ts';
import type { Sql } from '../store/database.ts';
import { type ExecutionRow, listExecutions } from '../store/executions.ts';
import { busyNames, grantedSlots } from '../store/locks.ts';
import { aheadOfSchedule } from '../store/overlaps.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import { listShards, type ShardRow } from '../store/shards.ts';
import { listSteps, type StepRow } from '../store/steps.ts';
import { listWaits, type WaitRow } from '../store/waits.ts';

/** A wait that is not met, and who or what it hangs on. */
export type OpenWait = Pick<WaitRow, 'kind' | 'name' | 'dueAt'> & {
  /** Runs: the prerequisite with its state, or those that are ahead in the line for the lock. */
  behind: string[];
};

/** An attempt without its request, which holds the whole input and environment of the work. */
export type AttemptRecord = Pick<AttemptRow, (typeof attemptFields)[number]>;
const attemptFields = [
  'id',
  'execution',
  'number',
  'status',
  'region',
  'shards',
  'externalId',
  'class',
  'exitCode',
  'reason',
  'log',
  'logTail',
  'createdAt',
  'startedAt',
  'endedAt',
] as const satisfies (keyof AttemptRow)[];

/** A step of the current generation with everything below it. */
export type StepRecord = StepRow & { attempts: AttemptRecord[]; shards: ShardRow[] };

/** All that is kept of one run; what `nightshift show --json` prints. */
export interface RunRecord {
  run: RunRow;
  waits: OpenWait[];
  executions: Omit<ExecutionRow, 'settings'>[];
  steps: StepRecord[];
  alerts: Awaited<ReturnType<typeof listAlerts>>;
  audit: Awaited<ReturnType<typeof listAudit>>;
}

/** Reads all that is kept of a run; of its steps, those of the current generation. */
export async function readRunRecord(sql: Sql, run: RunRow): Promise<RunRecord> {
  const [waits, executions, steps, alerts, audit] = await Promise.all([
    openWaits(sql, run),
    listExecutions(sql, run.id),
    readSteps(sql, run),
    listAlerts(sql, run.id),
    listAudit(sql, run.id),
  ]);
  return { run, waits, executions: executions.map(({ settings: _, ...rest }) => rest), steps, alerts, audit };
}

async function readSteps(sql: Sql, run: RunRow): Promise<StepRecord[]> {
  const [steps, attempts] = await Promise.all([
    listSteps(sql, run.id, run.generation),
    listAttempts(sql, run.id, run.generation),
  ]);
  const records: StepRecord[] = [];
  for (const step of steps) {
    const own = attempts.filter((attempt) => attempt.stepId === step.id).map(withoutRequest);
    records.push({ ...step, attempts: own, shards: await listShards(sql, step.id) });
  }
  return records;
}

function withoutRequest(attempt: AttemptRow): AttemptRecord {
  return Object.fromEntries(attemptFields.map((field) => [field, attempt[field]])) as unknown as AttemptRecord;
}

async function openWaits(sql: Sql, run: RunRow): Promise<OpenWait[]> {
  if (run.status !== 'waiting') return [];
  const open = (await listWaits(sql, run.id)).filter((wait) => wait.metAt === null);
  const waits = await Promise.all(
    open.map(async ({ kind, name, dueAt }) => ({
      kind,
      name,
      dueAt,
      behind: await whoIsAhead(sql, run, { kind, name }),
    })),
  );
  return [...waits, ...(await latchWaits(sql, run))];
}

/** Locks that were granted to the run, and whose external latch is not taken yet. */
async function latchWaits(sql: Sql, run: RunRow): Promise<OpenWait[]> {
  const wanted = (await grantedSlots(sql, run.id)).filter((slot) => slot.latch === 'wanted');
  return wanted.map(({ name, latchBusy }) => ({
    kind: 'lock',
    name,
    dueAt: null,
    behind: latchBusy ? ['a program outside Nightshift'] : [],
  }));
}

async function whoIsAhead(sql: Sql, run: RunRow, { kind, name }: Pick<WaitRow, 'kind' | 'name'>): Promise<string[]> {
  if (kind === 'lock') return (await busyNames(sql, run.id, [name])).map((busy) => busy.holder);
  if (kind === 'clock') return [];
  if (kind === 'overlap') return aheadOfSchedule(sql, run);
  const id = name.includes('/') ? name : runId(name, run.runKey);
  return [`${id}, which is ${(await getRun(sql, id))?.status ?? 'not known yet'}`];
}
