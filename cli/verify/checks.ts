import { setTimeout as delay } from 'node:timers/promises';
import { AwsCallFailed } from '../../compute/aws/call.ts';
import type { AwsPlace } from '../../compute/aws/clients.ts';
import { createComputes } from '../../compute/create-computes.ts';
import { removeInput } from '../../compute/inputs/remove-input.ts';
import { type Compute, computeFor, type StartRequest } from '../../compute/port.ts';
import { type AttemptRow, listAttempts } from '../../store/attempts.ts';
import type { Database } from '../../store/database.ts';
import type { RunRow } from '../../store/runs.ts';
import { listSteps } from '../../store/steps.ts';
import { UsageError } from '../exit-codes.ts';
import { logSources } from '../log-sources.ts';
import { knownInput, resultProblem } from './known-work.ts';

/** One thing that was looked at. */
export interface Check {
  name: string;
  isRight: boolean;
  /** What was seen. */
  said: string;
}

/** Where to look. */
export interface ChecksPlace {
  db: Database;
  /** AWS's address; null = its own. */
  endpoint: string | null;
}

/** Log lines and listings come late; so long they are looked for. */
const lagMs = 30_000;
const pollMs = 1_000;

/** The result, and the log of each shard. */
export async function checkWork(place: ChecksPlace, run: RunRow): Promise<Check[]> {
  const problem = resultProblem(run.result);
  const right = `${knownInput.items.length} results in the order of their indexes, each with the right SHA-256`;
  const checks: Check[] = [{ name: 'results', isRight: problem === null, said: problem ?? right }];
  const [steps, attempts] = await Promise.all([
    listSteps(place.db, run.id, run.generation),
    listAttempts(place.db, run.id, run.generation),
  ]);
  for (const [shard, item] of knownInput.items.entries()) {
    checks.push(
      await checked(`log ${shard}`, async () => {
        const [source] = logSources({ runId: run.id, steps, attempts }, { shard });
        if (source === undefined) throw new UsageError(`there is no attempt of shard ${shard}`);
        const which = source.shardIndex === null ? {} : { shardIndex: source.shardIndex };
        const compute = computeOf(place, source.attempt as AttemptRow<StartRequest>);
        const lines = await lateLines(() => compute.logs(source.externalId, which), item);
        return {
          isRight: lines !== null,
          said: lines === null ? `nothing of ${item} in it` : `${lines} lines, with ${item}`,
        };
      }),
    );
  }
  return checks;
}

/** That nothing of the run is left in AWS, and no input of it. Removes the inputs. */
export async function cleanUp(place: ChecksPlace, run: RunRow): Promise<Check[]> {
  const attempts = (await listAttempts(place.db, run.id, run.generation)) as AttemptRow<StartRequest>[];
  const inAws = attempts.filter(({ externalId }) => externalId !== null);
  const left = await checked('AWS', async () => {
    const live = (await Promise.all(inAws.map((attempt) => liveThings(computeOf(place, attempt), attempt)))).flat();
    const count = `${inAws.length} started, all of them ended`;
    return { isRight: live.length === 0, said: live.length === 0 ? count : `still there: ${live.join(', ')}` };
  });
  const stored = attempts.filter(({ request }) => request.upload !== undefined && request.upload !== null);
  const inputs = await checked('inputs', async () => {
    for (const attempt of stored)
      if (attempt.request.upload) await removeInput(attempt.request.upload, placeOf(place, attempt));
    return { isRight: true, said: stored.length === 0 ? 'none were stored' : `${stored.length} removed` };
  });
  return [left, inputs];
}

/** By its id, and by its name whatever else AWS may have made of the request. */
async function liveThings(compute: Compute, { externalId, request }: AttemptRow<StartRequest>): Promise<string[]> {
  const id = externalId ?? '';
  const [described, listed] = await Promise.all([
    compute.describe([id]),
    compute.list([placeNameOf(request)], request.name),
  ]);
  const known = described.get(id)?.status === 'live' ? [id] : [];
  const named = await Promise.all(
    listed.map(async (thing) => {
      // A listing lags: what it calls live may have ended.
      const now = (await compute.describe([thing.externalId])).get(thing.externalId);
      return now?.status === 'live' ? [thing.externalId] : [];
    }),
  );
  return [...new Set([...known, ...named.flat()])];
}

function placeNameOf(request: StartRequest): string {
  if (request.kind === 'batch') return request.queue;
  return request.kind === 'ecs' ? request.cluster : request.project;
}

/** How many lines there are once one of them holds the text; null when none did in time. */
async function lateLines(read: () => Promise<{ message: string }[]>, text: string): Promise<number | null> {
  const until = performance.now() + lagMs;
  for (;;) {
    const lines = await read();
    if (lines.some(({ message }) => message.includes(text))) return lines.length;
    if (performance.now() > until) return null;
    await delay(pollMs);
  }
}

/** What AWS refuses is a check that failed: the others are made in any case. */
async function checked(name: string, look: () => Promise<Omit<Check, 'name'>>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    if (!(error instanceof AwsCallFailed || error instanceof UsageError)) throw error;
    return { name, isRight: false, said: error.message };
  }
}

function computeOf(place: ChecksPlace, attempt: AttemptRow<StartRequest>): Compute {
  return computeFor(createComputes(placeOf(place, attempt)), attempt.request.kind);
}

function placeOf({ endpoint }: ChecksPlace, { region }: AttemptRow<StartRequest>): AwsPlace {
  return { region, ...(endpoint === null ? {} : { endpoint }) };
}
