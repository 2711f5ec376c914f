import { type Account, arnOf } from '../account.ts';
import { type Build, logGroupOf, type Phase } from './build.ts';

/** A build as BatchGetBuilds, StartBuild and StopBuild answer it; times in seconds, as AWS JSON has them. */
export function describeBuild(account: Account, build: Build): object {
  const { project, retry } = build;
  return {
    id: build.id,
    arn: build.arn,
    buildNumber: build.number,
    startTime: seconds(build.startedAt),
    endTime: seconds(build.endedAt),
    currentPhase: build.phases.at(-1)?.type,
    buildStatus: build.status,
    buildComplete: build.endedAt !== undefined,
    sourceVersion: build.request.sourceVersion,
    projectName: project.name,
    phases: build.phases.map(describePhase),
    source: { ...project.request.source, ...given('buildspec', build.request.buildspecOverride) },
    artifacts: { location: '' },
    cache: { type: 'NO_CACHE' },
    environment: { ...project.request.environment, environmentVariables: build.variables },
    serviceRole: project.request.serviceRole,
    logs: describeLogs(account, build),
    timeoutInMinutes: build.timeoutMinutes,
    queuedTimeoutInMinutes: build.queuedTimeoutMinutes,
    initiator: 'local',
    encryptionKey: arnOf(account, 'kms', 'alias/aws/s3'),
    exportedEnvironmentVariables: build.exported,
    ...given(
      'autoRetryConfig',
      retry.limit === 0
        ? undefined
        : {
            autoRetryLimit: retry.limit,
            autoRetryNumber: retry.number,
            nextAutoRetry: retry.next,
            previousAutoRetry: retry.previous,
          },
    ),
  };
}

/** The log's place; before the build has a machine there is only a link that leads nowhere yet. */
export function describeLogs(account: Account, build: Build): object {
  const groupName = logGroupOf(build);
  const streamName = build.logStreamName;
  const link = (stream: string) =>
    `https://console.aws.amazon.com/cloudwatch/home?region=${account.region}#logsV2:log-groups/log-group/${encodeURIComponent(groupName)}/log-events/${stream}`;
  const place = { deepLink: link(streamName ?? 'null'), cloudWatchLogs: { status: 'ENABLED' } };
  if (streamName === undefined) return place;
  const cloudWatchLogsArn = arnOf(account, 'logs', `log-group:${groupName}:log-stream:${streamName}`);
  return { ...place, groupName, streamName, cloudWatchLogsArn };
}

/** Seconds since 1970 of a time in milliseconds. */
export function seconds(at: number | undefined): number | undefined {
  return at === undefined ? undefined : at / 1_000;
}

function describePhase(phase: Phase): object {
  const { type, startedAt, endedAt, status } = phase;
  return {
    phaseType: type,
    phaseStatus: status,
    startTime: seconds(startedAt),
    endTime: seconds(endedAt),
    durationInSeconds: endedAt === undefined ? undefined : Math.round((endedAt - startedAt) / 1_000),
    contexts: status === undefined ? undefined : phase.contexts,
  };
}

function given<Value>(name: string, value: Value | undefined): Record<string, Value> {
  return value === undefined ? {} : { [name]: value };
}
