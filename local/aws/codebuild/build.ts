import type { BuildPhaseType, PhaseContext, StartBuildInput, StatusType } from '@aws-sdk/client-codebuild';
import type { Project } from './projects.ts';

/** A phase that a build has entered. */
export interface Phase {
  type: BuildPhaseType;
  startedAt: number;
  /** Undefined while it lasts, as are the next two. COMPLETED, the last one, never gets them. */
  endedAt: number | undefined;
  status: StatusType | undefined;
  contexts: PhaseContext[];
}

/** Why a build has to end before its time. */
export type BuildEnd = 'STOPPED' | 'TIMED_OUT' | 'FAULT';

/** A variable of a build, as a project or StartBuild gives it. */
export interface BuildVariable {
  name: string;
  value: string;
  type: 'PLAINTEXT' | 'PARAMETER_STORE' | 'SECRETS_MANAGER';
}

/** One build. */
export interface Build {
  /** `project:uuid`. */
  id: string;
  arn: string;
  number: number;
  project: Project;
  request: StartBuildInput;
  variables: BuildVariable[];
  timeoutMinutes: number;
  queuedTimeoutMinutes: number;
  /** How often the service starts a failed build again, and how often it has. */
  retry: { limit: number; number: number; previous: string | undefined; next: string | undefined };
  startedAt: number;
  endedAt: number | undefined;
  status: StatusType;
  phases: Phase[];
  /** The first reason to end it; the runner brings it about. */
  end: BuildEnd | undefined;
  /** Undefined until it has been given a place to run. */
  logStreamName: string | undefined;
  exported: { name: string; value: string }[];
}

/** Where a build's log is. */
export function logGroupOf(build: Pick<Build, 'project'>): string {
  return `/aws/codebuild/${build.project.name}`;
}

/** Ends the present phase, and begins the next. */
export function enterPhase(build: Build, type: BuildPhaseType): void {
  const last = build.phases.at(-1);
  if (last && last.status === undefined) endPhase(build, 'SUCCEEDED');
  build.phases.push({ type, startedAt: Date.now(), endedAt: undefined, status: undefined, contexts: [] });
}

/** Ends the present phase; `context` says why when it is no success. */
export function endPhase(build: Build, status: StatusType, context?: PhaseContext): void {
  const phase = build.phases.at(-1);
  if (!phase || phase.status !== undefined) return;
  phase.status = status;
  phase.endedAt = Date.now();
  phase.contexts.push(context ?? { statusCode: '', message: '' });
}
