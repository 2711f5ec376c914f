import type { CodeBuildRequest } from '../../compute/port.ts';
import type { CodeBuildSettings } from '../../model/task-settings.ts';
import type { WorkerEngine } from '../engine.ts';
import { deployed, everyRequest, type RequestFacts, timeLeftMs, withUpload } from './request-facts.ts';

/** What CodeBuild takes, in minutes. Source: StartBuild.timeoutInMinutesOverride. */
const minutes = { least: 5, most: 2_160 };

/** Longer inputs than this go by pointer: the whole environment of a build is limited. */
const longestInput = 4_096;

/**
 * The complete StartBuild request of an attempt.
 * @throws Refused when the project is not known here.
 */
export function codeBuildRequest(
  engine: WorkerEngine,
  facts: RequestFacts,
  settings: CodeBuildSettings,
): CodeBuildRequest {
  const project = deployed(engine.resources().codeBuild?.projects, facts);
  const left = Math.ceil(timeLeftMs(facts.run, settings) / 60_000);
  const request: CodeBuildRequest = {
    kind: 'codeBuild',
    ...everyRequest(engine, facts, settings),
    project: project.name,
    logGroup: project.logGroup,
    timeoutMinutes: Math.max(minutes.least, Math.min(minutes.most, left)),
  };
  return withUpload(engine, facts, {
    request,
    sensitive: settings.sensitive,
    isTooLong: (one) => (one.environment.JOB_INPUT ?? '').length > longestInput,
  });
}
