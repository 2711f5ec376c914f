import { join } from 'node:path';
import { type Container, liveContainer } from '../containers/live-container.ts';
import { startProcess } from '../process.ts';
import { markVariable } from '../strays.ts';
import { type Build, logGroupOf } from './build.ts';
import { mainScript } from './build-script.ts';
import type { Buildspec } from './buildspec.ts';
import type { BuildRunning } from './run-build.ts';

/** What a build's process is made from. */
export interface BuildProcess {
  spec: Buildspec;
  /** Of the scripts; the source is in `src`. */
  folder: string;
  secrets: Record<string, string>;
  onControl(chunk: Buffer): void;
}

/** Starts the shell that runs a build, and notes it in the journal. */
export async function startBuildProcess(running: BuildRunning, build: Build, work: BuildProcess): Promise<Container> {
  const command = ['/bin/sh', join(work.folder, mainScript)];
  const environment = environmentOf(running, build, work);
  const group = running.logs.ensureGroup(logGroupOf(build));
  const stream = running.logs.ensureStream(group, build.logStreamName ?? '');
  const process = await startProcess(
    {
      command,
      directory: join(work.folder, 'src'),
      environment: { ...environment, ...work.secrets, [markVariable]: build.id },
      onLine: (line) => running.logs.append(group, stream, line),
      onControl: work.onControl,
    },
    running.watchdog,
  );
  const owner = { jobId: build.id, jobName: build.project.name, attempt: 1 };
  running.journal.write({
    ...{ kind: 'started', at: Date.now(), pid: process.pid, ...owner },
    ...{ command, environment, secretNames: Object.keys(work.secrets) },
  });
  return liveContainer(process, owner, running.journal);
}

/** Later ones win: the machine, the buildspec, project and request, CodeBuild. */
function environmentOf(running: BuildRunning, build: Build, { spec, folder }: BuildProcess): Record<string, string> {
  const plain = build.variables.filter(({ type }) => type !== 'SECRETS_MANAGER');
  return {
    ...running.variables(build.project.request.serviceRole),
    ...spec.env.variables,
    ...Object.fromEntries(plain.map(({ name, value }) => [name, value])),
    CODEBUILD_BUILD_ID: build.id,
    CODEBUILD_BUILD_ARN: build.arn,
    CODEBUILD_BUILD_NUMBER: String(build.number),
    CODEBUILD_INITIATOR: 'local',
    CODEBUILD_LOG_PATH: build.logStreamName ?? '',
    CODEBUILD_SRC_DIR: join(folder, 'src'),
    CODEBUILD_START_TIME: String(build.startedAt),
  };
}
