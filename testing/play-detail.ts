import type { StepDetail } from '../model/step-detail.ts';
import { type Play, RefusedAnswer } from './play.ts';

/** What `describe` gives: the task's settings, and no words of AWS, which has no part in a test. */
export function describeTask(play: Play, { runId, task }: { runId: string; task: string }): StepDetail {
  const settings = play.settings.tasks[task];
  if (settings === undefined) throw new RefusedAnswer('startFailed', `${runId} has no task "${task}"`);
  const isContainer = settings.kind === 'batch' || settings.kind === 'ecs';
  return {
    metadata: {
      ...{ app_name: 'testing', stage: 'testing', job_name: play.job.id },
      batch_name: play.done.calls.findLast((call) => call.task === task)?.step ?? '',
      command: isContainer ? settings.command : [],
      vcpus: isContainer ? settings.vcpu : 0,
      memory: isContainer ? settings.memoryMib : 0,
      ...{ image_uri: '', image_tag: '' },
      env: 'environment' in settings ? settings.environment : {},
    },
    batch: null,
  };
}
