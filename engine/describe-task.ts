import { computeFor, type StartRequest } from '../compute/port.ts';
import { stageVariables } from '../model/deployed-uses.ts';
import type { StepDetail } from '../model/step-detail.ts';
import type { TaskSettings } from '../model/task-settings.ts';
import { newestAttemptOf } from '../store/attempts.ts';
import { latestExecution } from '../store/executions.ts';
import { getRun } from '../store/runs.ts';
import { Refused, type WorkerEngine } from './engine.ts';

/**
 * What is known of the newest try of a task in this generation of the run, with AWS's own description.
 * @throws Refused when the job has no such task, or it does not run in a container of AWS.
 */
export async function describeTask(engine: WorkerEngine, of: { runId: string; task: string }): Promise<StepDetail> {
  const run = await getRun(engine.db, of.runId);
  const execution = await latestExecution(engine.db, of.runId);
  const settings = execution?.settings.tasks[of.task];
  if (run === undefined || settings === undefined) throw new Refused(`${of.runId} has no task "${of.task}"`);
  const attempt = await newestAttemptOf<StartRequest>(engine.db, { ...of, generation: run.generation });
  const request = attempt?.request;
  const compute = request && 'name' in request ? computeFor(engine.computes, request.kind) : undefined;
  const batch = attempt?.externalId == null ? null : ((await compute?.detail(attempt.externalId)) ?? null);
  const image = imageOf(batch);
  return {
    metadata: {
      app_name: engine.project.name,
      stage: engine.project.stage,
      batch_name: request && 'name' in request ? request.name : '',
      job_name: run.job,
      ...sizeOf(settings, batch),
      image_uri: image,
      image_tag: /[:@]([^:@/]+(?::[^/]+)?)$/.exec(image)?.[1] ?? '',
      env:
        environmentOf(batch) ??
        stageVariables('environment' in settings ? settings.environment : {}, engine.project.stage),
    },
    batch,
  };
}

function sizeOf(settings: TaskSettings, batch: StepDetail['batch']) {
  if (settings.kind !== 'batch' && settings.kind !== 'ecs') return { command: [], vcpus: 0, memory: 0 };
  // With its parameters in place, as AWS has it.
  const { command } = (batch?.container ?? {}) as { command?: string[] };
  return { command: command ?? settings.command, vcpus: settings.vcpu, memory: settings.memoryMib };
}

/** The container's plain variables as AWS has them, without those that Nightshift and AWS add. */
function environmentOf(batch: StepDetail['batch']): Record<string, string> | undefined {
  const { container } = (batch ?? {}) as { container?: { environment?: { name?: string; value?: string }[] } };
  if (container?.environment === undefined) return undefined;
  const own = container.environment.filter(({ name = '' }) => !/^(AWS_|NIGHTSHIFT_|JOB_INPUT$)/.test(name));
  return Object.fromEntries(own.map(({ name = '', value = '' }) => [name, value]));
}

/** Of a Batch job, or of the container of an ECS task. */
function imageOf(batch: StepDetail['batch']): string {
  const { container, containers } = (batch ?? {}) as {
    container?: { image?: string };
    containers?: { image?: string }[];
  };
  return container?.image ?? containers?.[0]?.image ?? '';
}
