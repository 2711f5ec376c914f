import type { Build, BuildPhase } from '@aws-sdk/client-codebuild';
import type { FailureClass } from '../../model/failures.ts';
import type { LogStream, Observation, PhysicalFailure } from '../port.ts';
import { storedText } from '../stored-text.ts';

/** What CodeBuild says of a build. */
export function observe(build: Build): Observation {
  const startedAt = build.startTime ?? null;
  if (build.buildStatus === 'IN_PROGRESS') {
    return { status: 'live', startedAt, queued: ['SUBMITTED', 'QUEUED'].includes(build.currentPhase ?? '') };
  }
  const failure = failureOf(build);
  return {
    status: 'ended',
    startedAt,
    endedAt: build.endTime ?? new Date(),
    failures: failure === null ? [] : [failure],
  };
}

/** Where a build's lines are; null when it writes none to CloudWatch. */
export function logStreamOf({ logs }: Build): LogStream | null {
  return logs?.groupName && logs.streamName ? { group: logs.groupName, stream: logs.streamName } : null;
}

function failureOf(build: Build): PhysicalFailure | null {
  if (build.buildStatus === 'SUCCEEDED') return null;
  const phase = build.phases?.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED');
  const exitCode = exitCodeOf(phase);
  return { index: 0, class: classOf(build, phase), exitCode, reason: reasonOf(build, phase), log: logStreamOf(build) };
}

/** CodeBuild's codes for what stopped a phase. Source: CodeBuild, PhaseContext and the troubleshooting guide. */
const byCode: Record<string, FailureClass> = {
  COMMAND_EXECUTION_ERROR: 'exitCode',
  BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE: 'imagePull',
  YAML_FILE_ERROR: 'startFailed',
  CLIENT_ERROR: 'startFailed',
  ACCESS_DENIED: 'accessDenied',
  INTERNAL_SERVICE_ERROR: 'infrastructure',
  INSUFFICIENT_CAPACITY: 'capacity',
  BUILD_TIMED_OUT: 'timeout',
};

function classOf(build: Build, phase: BuildPhase | undefined): FailureClass {
  switch (build.buildStatus) {
    case 'STOPPED':
      return 'cancelled';
    case 'TIMED_OUT':
      return 'timeout';
    case 'FAULT':
      return 'infrastructure';
    default:
      return byCode[phase?.contexts?.[0]?.statusCode ?? ''] ?? 'exitCode';
  }
}

function reasonOf(build: Build, phase: BuildPhase | undefined): string {
  const said = phase?.contexts?.map(({ message }) => message).filter(Boolean);
  const words = said === undefined || said.length === 0 ? `The build ended as ${build.buildStatus}` : said.join('; ');
  const where = phase === undefined ? '' : ` [phase=${phase.phaseType}]`;
  return storedText(`${words}${where}`.slice(0, 1_000));
}

/** A build has no exit code of its own; its words name that of the command. */
function exitCodeOf(phase: BuildPhase | undefined): number | null {
  const [, code] = /exit status (\d+)/.exec(phase?.contexts?.[0]?.message ?? '') ?? [];
  return code === undefined ? null : Number(code);
}
