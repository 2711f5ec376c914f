import { containerEnvironment } from '../compute/container-contract.ts';
import { checkOverrideLength } from '../compute/container-overrides.ts';
import { type StartRequest, tagNames } from '../compute/port.ts';
import { encodeShardMap } from '../compute/shard-map.ts';
import type { RunSettings, TaskSettings } from '../model/settings.ts';
import type { RunRow } from '../store/runs.ts';
import { Refused, type WorkerEngine } from './engine.ts';
import type { TaskRequest } from './start-attempt.ts';

interface Facts {
  run: RunRow;
  settings: RunSettings;
  task: TaskRequest;
  attemptId: string;
  attemptNumber: number;
  /** Logical shards that this attempt carries. */
  shards: number[];
  tokens: Record<string, number>;
}

/**
 * The complete SubmitJob request of an attempt. Two or more shards are an array, one is a single job, which keeps its
 * logical index by the shard map.
 * @throws Refused when the task or its job definition is not known here; StartRefused when the input is too large.
 */
export function batchRequest(engine: WorkerEngine, facts: Facts): StartRequest {
  const { run, settings, task, attemptId, shards } = facts;
  const taskSettings = settings.tasks[task.task];
  const definition = engine.resources.batch.definitions[`${run.job}/${task.task}`];
  if (taskSettings === undefined)
    throw new Refused(`${run.job} has no task "${task.task}" in this execution's settings`);
  if (definition === undefined) {
    throw new Refused(`No job definition is known for ${run.job}/${task.task}: deploy it (in local mode: restart dev)`);
  }
  const queues = engine.resources.batch.queues;
  const request: StartRequest = {
    kind: 'batch',
    name: `${namePrefix(engine)}${run.job}-${attemptId}`,
    queue: taskSettings.spot ? queues.spot : queues.onDemand,
    definition: definition.arn,
    logGroup: definition.logGroup,
    tags: { [tagNames.attempt]: attemptId, [tagNames.database]: engine.databaseId },
    size: shards.length > 1 ? shards.length : null,
    command: taskSettings.command,
    environment: environment(facts, taskSettings),
    vcpu: taskSettings.vcpu,
    memoryMib: taskSettings.memoryMib,
    timeoutSeconds: timeoutSeconds(run, taskSettings),
    output: taskSettings.output,
  };
  checkOverrideLength(request);
  return request;
}

/** What the names of all our things in AWS begin with. */
export function namePrefix(engine: Pick<WorkerEngine, 'project'>): string {
  return `${engine.project.name}-${engine.project.stage}-`;
}

function environment(facts: Facts, settings: TaskSettings): Record<string, string> {
  const { run, task, shards } = facts;
  const count = task.size ?? 1;
  const whole = shards.length === count;
  const input = 'all' in task.input ? task.input : { shards: Object.fromEntries(pick(task.input.shards, shards)) };
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
    environment: settings.environment,
    input,
  });
}

function pick(inputs: unknown[], shards: number[]): [number, unknown][] {
  return shards.map((shard) => [shard, inputs[shard]]);
}

/** AWS's own limit: the task's timeout, or what is left of the run's; never below what AWS takes. */
function timeoutSeconds(run: RunRow, settings: TaskSettings): number {
  const left = (run.timeoutAt?.getTime() ?? Number.POSITIVE_INFINITY) - Date.now();
  const ms = Math.min(settings.timeoutMs ?? Number.POSITIVE_INFINITY, left);
  return Math.max(60, Math.ceil(ms / 1_000));
}
