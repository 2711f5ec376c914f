import { type ContainerInput, containerEnvironment } from '../../compute/container-contract.ts';
import { tagNames, type Upload } from '../../compute/port.ts';
import { encodeShardMap } from '../../compute/shard-map.ts';
import { inputPrefix, stageVariables } from '../../model/deployed-uses.ts';
import type { RunSettings } from '../../model/settings.ts';
import type { AwsSettings } from '../../model/task-settings.ts';
import type { RunRow } from '../../store/runs.ts';
import { Refused, type WorkerEngine } from '../engine.ts';
import type { TaskRequest } from '../start-attempt.ts';

/** What the request of an attempt is made from. */
export interface RequestFacts {
  run: RunRow;
  settings: RunSettings;
  task: TaskRequest;
  attemptId: string;
  attemptNumber: number;
  /** Logical shards that this attempt carries. */
  shards: number[];
  tokens: Record<string, number>;
  /** What the unluckiest of these shards has lost: tries by Spot, tries by lack of memory. */
  losses: { spot: number; memory: number };
}

/** After so many losses of a shard its next tries run on demand. */
export const spotLossesAtMost = 2;

/** `<job>/<task>`: the key of what was deployed for a task. */
export function taskKey({ run, task }: Pick<RequestFacts, 'run' | 'task'>): string {
  return `${run.job}/${task.task}`;
}

/**
 * What was deployed for a task.
 * @throws Refused when it is not in the resources.
 */
export function deployed<T>(of: Record<string, T> | undefined, facts: Pick<RequestFacts, 'run' | 'task'>): T {
  const found = of?.[taskKey(facts)];
  if (found !== undefined) return found;
  throw new Refused(`Nothing is deployed for ${taskKey(facts)}: deploy it (in local mode: restart dev)`);
}

/** What the names of all our things in AWS begin with. */
export function namePrefix(engine: Pick<WorkerEngine, 'project'>): string {
  return `${engine.project.name}-${engine.project.stage}-`;
}

/** The parts that the requests of all services share. */
export function everyRequest(engine: WorkerEngine, facts: RequestFacts, settings: AwsSettings) {
  return {
    name: `${namePrefix(engine)}${facts.run.job}-${facts.attemptId}`,
    tags: { [tagNames.attempt]: facts.attemptId, [tagNames.database]: engine.databaseId },
    environment: environment(engine, facts, settings),
    upload: null,
    output: settings.output,
  };
}

/**
 * The request as it is, or, when its input is sensitive or the whole is too long, with a pointer in place of the input.
 * Without a place for inputs, what is too long is left as it is: the check before the call refuses it.
 */
export function withUpload<Request extends { environment: Record<string, string>; upload: Upload | null }>(
  engine: WorkerEngine,
  facts: RequestFacts,
  of: { request: Request; sensitive: boolean; isTooLong: (request: Request) => boolean },
): Request {
  const { request, sensitive, isTooLong } = of;
  const body = request.environment.JOB_INPUT;
  const { inputs } = engine.resources();
  if (body === undefined || (!sensitive && !isTooLong(request))) return request;
  if (inputs === undefined) {
    if (!sensitive) return request;
    throw new Refused(`${taskKey(facts)} has a sensitive input, and the resources name no place for inputs`);
  }
  const file = `${facts.attemptId}.json`;
  // Below the task's own prefix: its role reads no other's.
  const to =
    'bucket' in inputs ? `s3://${inputs.bucket}/${inputPrefix(taskKey(facts))}${file}` : `${inputs.folder}/${file}`;
  const pointer = 'bucket' in inputs ? { s3: to } : { file: to };
  const environment = { ...request.environment, JOB_INPUT: JSON.stringify({ nightshiftInput: pointer }) };
  return { ...request, environment, upload: { to, body } };
}

/** The time that an attempt has: the task's timeout, or what is left of the run's. Infinite when neither says. */
export function timeLeftMs(run: RunRow, settings: AwsSettings): number {
  const left = (run.timeoutAt?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
  return Math.min(settings.timeoutMs ?? Number.POSITIVE_INFINITY, left);
}

function environment({ project }: WorkerEngine, facts: RequestFacts, settings: AwsSettings): Record<string, string> {
  const { run, task, shards } = facts;
  const count = task.size ?? 1;
  const whole = shards.length === count;
  return containerEnvironment({
    runId: run.id,
    jobId: run.job,
    runKey: run.runKey,
    date: run.date,
    step: task.stepKey,
    attemptId: facts.attemptId,
    attemptNumber: facts.attemptNumber,
    shardCount: count,
    shardMap: whole ? null : encodeShardMap(shards, count),
    lockTokens: facts.tokens,
    environment: stageVariables(settings.environment, project.stage),
    input: inputOf(task, shards),
  });
}

function inputOf({ input }: TaskRequest, shards: number[]): ContainerInput {
  if ('all' in input) return input;
  return { shards: Object.fromEntries(shards.map((shard) => [shard, input.shards[shard]])) };
}
