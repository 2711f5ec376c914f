import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from '../account.ts';
import type { Container } from '../containers/live-container.ts';
import type { JournalWriter } from '../journal.ts';
import type { LogStore } from '../logs/store.ts';
import type { ActiveMisbehaviour, JobRule } from '../misbehaviour.ts';
import type { ReadSecret } from '../secrets/secret-reader.ts';
import type { Watchdog } from '../watchdog.ts';
import { type Build, type BuildEnd, endPhase, enterPhase } from './build.ts';
import { followBuild } from './follow-build.ts';
import { type BuildFailure, prepareBuild } from './prepare-build.ts';
import { startBuildProcess } from './start-process.ts';

/** What running builds works with. */
export interface BuildRunning {
  account: Account;
  logs: LogStore;
  journal: JournalWriter;
  misbehaviour: ActiveMisbehaviour;
  watchdog: Watchdog;
  /** Variables that every process gets which has this role. */
  variables(roleArn: string | undefined): Record<string, string>;
  readSecret: ReadSecret;
  killGraceMs: number;
  /** How long one of a build's minutes lasts. */
  minuteMs: number;
  /** How many builds run at once; the others are QUEUED. */
  maxBuilds: number;
}

/** Runs builds. */
export interface BuildRunner {
  /** Runs a build, when it is its turn; resolves when it has ended. */
  run(build: Build): Promise<void>;
  /** Ends a build; the first to say so gives the status. */
  end(build: Build, as: BuildEnd): void;
  /** Kills everything and resolves when it is gone. */
  stop(): Promise<void>;
}

/** How soon a build that waits is seen to have been ended. */
const sliceMs = 20;

/** Node runs a timer that is set for longer than this at once. */
const longestTimerMs = 2 ** 31 - 1;

interface RunnerState extends BuildRunning {
  shells: Map<string, Container>;
  waiting: Build[];
  running: number;
  unfinished: Set<Promise<void>>;
  stopping: boolean;
}

/** Makes a runner with nothing to run. */
export function createBuildRunner(running: BuildRunning): BuildRunner {
  const state: RunnerState = {
    ...running,
    shells: new Map(),
    waiting: [],
    running: 0,
    unfinished: new Set(),
    stopping: false,
  };
  return {
    run(build) {
      const done = runBuild(state, build).finally(() => state.unfinished.delete(done));
      state.unfinished.add(done);
      return done;
    },
    end: (build, as) => end(state, build, as),
    async stop() {
      state.stopping = true;
      for (const shell of state.shells.values()) shell.kill();
      await Promise.all(state.unfinished);
    },
  };
}

async function runBuild(state: RunnerState, build: Build): Promise<void> {
  const rule = state.misbehaviour.takeJobRule({ name: build.project.name });
  enterPhase(build, 'QUEUED');
  await waitForTurn(state, build);
  if (rule?.kind === 'noCapacity') await pause(state, build, rule.ms);
  try {
    const failure = isOver(state, build) ? undefined : await runInTurn(state, build, rule).catch(faultOf);
    complete(build, failure);
  } finally {
    state.running -= 1;
  }
}

async function runInTurn(
  state: RunnerState,
  build: Build,
  rule: JobRule | undefined,
): Promise<BuildFailure | undefined> {
  enterPhase(build, 'PROVISIONING');
  if (rule?.kind === 'slowStart') await pause(state, build, rule.ms);
  if (isOver(state, build)) return undefined;
  if (rule?.kind === 'imagePull') {
    const image = build.project.request.environment?.image;
    const message = `Unable to pull customer's container image ${image}`;
    return { status: 'FAILED', context: { statusCode: 'BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE', message } };
  }
  build.logStreamName = build.id.split(':').at(-1);
  enterPhase(build, 'DOWNLOAD_SOURCE');
  const prepared = await prepareBuild(build, state.readSecret);
  try {
    if (prepared.kind === 'refused') return prepared.failure;
    return await follow(state, build, { rule, ...prepared });
  } finally {
    await prepared.remove();
  }
}

/** A fault of this machine: no shell, a full disk. */
function faultOf(error: unknown): BuildFailure {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 'FAULT', context: { statusCode: 'INTERNAL_ERROR', message } };
}

type Work = Extract<Awaited<ReturnType<typeof prepareBuild>>, { kind: 'ready' }> & { rule: JobRule | undefined };

/** Runs the scripts; their words move the build through its phases. */
async function follow(state: RunnerState, build: Build, work: Work): Promise<BuildFailure | undefined> {
  if (isOver(state, build)) return undefined;
  const following = followBuild(build, work.spec);
  const shell = await startBuildProcess(state, build, { ...work, onControl: following.read });
  state.shells.set(build.id, shell);
  if (isOver(state, build)) shell.kill();
  const timers = [limitTime(state, build), makeTrouble(state, build, work.rule)];
  const ended = await shell.ended;
  for (const timer of timers) clearTimeout(timer);
  state.shells.delete(build.id);
  return build.end ? undefined : following.end(ended);
}

function limitTime(state: RunnerState, build: Build): NodeJS.Timeout {
  const ms = Math.min(build.timeoutMinutes * state.minuteMs, longestTimerMs);
  return setTimeout(() => end(state, build, 'TIMED_OUT'), ms);
}

function makeTrouble(state: RunnerState, build: Build, rule: JobRule | undefined): NodeJS.Timeout | undefined {
  if (rule?.kind === 'fault') return setTimeout(() => end(state, build, 'FAULT'), rule.ms ?? 0);
  if (rule?.kind !== 'outOfMemory') return undefined;
  return setTimeout(() => state.shells.get(build.id)?.kill(), rule.ms ?? 0);
}

function end(state: RunnerState, build: Build, as: BuildEnd): void {
  if (build.end || build.endedAt !== undefined) return;
  build.end = as;
  state.shells.get(build.id)?.end(state.killGraceMs);
}

/** Writes down how it went: FINALIZING and COMPLETED follow whatever came before. */
function complete(build: Build, failure: BuildFailure | undefined): void {
  const hasFailed = failure !== undefined || build.phases.some((phase) => phase.status === 'FAILED');
  const status = build.end ?? failure?.status ?? (hasFailed ? 'FAILED' : 'SUCCEEDED');
  if (failure || build.end) endPhase(build, failure?.status ?? status, failure?.context);
  if (status === 'SUCCEEDED') enterPhase(build, 'UPLOAD_ARTIFACTS');
  enterPhase(build, 'FINALIZING');
  enterPhase(build, 'COMPLETED');
  build.endedAt = Date.now();
  build.status = status;
}

async function waitForTurn(state: RunnerState, build: Build): Promise<void> {
  const until = Date.now() + build.queuedTimeoutMinutes * state.minuteMs;
  state.waiting.push(build);
  while ((state.waiting[0] !== build || state.running >= state.maxBuilds) && !isOver(state, build)) {
    if (Date.now() >= until) end(state, build, 'TIMED_OUT');
    await delay(sliceMs);
  }
  state.waiting.splice(state.waiting.indexOf(build), 1);
  state.running += 1;
}

function isOver(state: RunnerState, build: Build): boolean {
  return build.end !== undefined || state.stopping;
}

async function pause(state: RunnerState, build: Build, ms = 0): Promise<void> {
  const until = Date.now() + ms;
  while (Date.now() < until && !isOver(state, build)) await delay(sliceMs);
}
