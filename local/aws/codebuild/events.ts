import type { Account } from '../account.ts';
import type { StateChange } from '../events/event-delivery.ts';
import { type Build, logGroupOf, type Phase } from './build.ts';

/** "CodeBuild Build State Change" as EventBridge carries it, with its own spelling of a build's fields. */
export function buildStateChange(account: Account, build: Build): StateChange {
  return {
    source: 'aws.codebuild',
    detailType: 'CodeBuild Build State Change',
    resources: [build.arn],
    detail: {
      'build-status': build.status,
      'project-name': build.project.name,
      'build-id': build.arn,
      'additional-information': {
        'timeout-in-minutes': build.timeoutMinutes,
        'build-complete': build.endedAt !== undefined,
        'build-number': build.number,
        initiator: 'local',
        'build-start-time': dateText(build.startedAt),
        source: { type: build.project.request.source?.type },
        environment: {
          image: build.project.request.environment?.image,
          'compute-type': build.project.request.environment?.computeType,
          type: build.project.request.environment?.type,
          'environment-variables': build.variables,
        },
        logs: describeLogs(account, build),
        phases: build.phases.map(describePhase),
      },
      'current-phase': build.phases.at(-1)?.type,
      'current-phase-context': '[]',
      version: '1',
    },
  };
}

function describeLogs(account: Account, build: Build): object {
  const groupName = logGroupOf(build);
  const stream = build.logStreamName;
  const link = `https://console.aws.amazon.com/cloudwatch/home?region=${account.region}#logEvent:group=${groupName};stream=${stream ?? 'null'}`;
  return stream === undefined
    ? { 'deep-link': link }
    : { 'group-name': groupName, 'stream-name': stream, 'deep-link': link };
}

function describePhase({ type, startedAt, endedAt, status, contexts }: Phase): object {
  if (endedAt === undefined) return { 'phase-type': type, 'start-time': dateText(startedAt) };
  return {
    'phase-type': type,
    'phase-status': status,
    'start-time': dateText(startedAt),
    'end-time': dateText(endedAt),
    'duration-in-seconds': Math.round((endedAt - startedAt) / 1_000),
    'phase-context': contexts.map(({ statusCode, message }) => `${statusCode}: ${message}`),
  };
}

/** `Nov 25, 2026 3:05:10 PM`, in UTC. */
function dateText(at: number): string {
  const date = new Date(at);
  const day = date.toLocaleDateString('en-US', { month: 'short', day: 'numeric', year: 'numeric', timeZone: 'UTC' });
  return `${day} ${date.toLocaleTimeString('en-US', { timeZone: 'UTC' })}`;
}
