import { constants } from 'node:os';
import type { Containers } from '../containers/containers.ts';
import type { Container } from '../containers/live-container.ts';
import { pause } from '../containers/pause.ts';
import type { ProcessEnd } from '../process.ts';
import { startTaskContainer } from './start-container.ts';
import type { Task, TaskContainer, TaskStatus, TaskStop } from './task.ts';

/** What the runner works with. */
export interface TaskRunning {
  containers: Containers;
  /** Milliseconds between SIGTERM and SIGKILL where the container says nothing else. */
  killGraceMs: number;
  /** Moves a task to its next state. */
  move(task: Task, status: TaskStatus): void;
}

/** Runs tasks: all at once, as Fargate has room. */
export interface TaskRunner {
  /** Begins after the answer to the present call. */
  run(task: Task): void;
  /** Asks a task to stop; the first reason wins. */
  stopTask(task: Task, stop: TaskStop): void;
  /** Moves no task any more; resolves when the containers, which somebody else kills, have ended. */
  stop(): Promise<void>;
}

/** A container that was started, and its place in the task. */
interface LiveContainer {
  live: Container;
  container: TaskContainer;
}

interface RunnerState extends TaskRunning {
  live: Map<Task, LiveContainer[]>;
  unfinished: Set<Promise<void>>;
  stopping: AbortController;
}

/** What ECS says of tasks that end, word for word. */
const reasons = {
  exited: 'Essential container in task exited',
  spot: 'Your Spot Task was interrupted.',
  memory: 'OutOfMemoryError: Container killed due to memory usage',
} as const;

/** ECS's own default for `stopTimeout`, which `killGraceMs` stands for. */
const defaultStopSeconds = 30;

/** Makes a runner with nothing running. */
export function createTaskRunner(running: TaskRunning): TaskRunner {
  const state: RunnerState = { ...running, live: new Map(), unfinished: new Set(), stopping: new AbortController() };
  return {
    run(task) {
      const done = live(state, task).finally(() => state.unfinished.delete(done));
      state.unfinished.add(done);
    },
    stopTask: (task, stop) => stopTask(state, task, stop),
    async stop() {
      state.stopping.abort();
      await Promise.all(state.unfinished);
    },
  };
}

async function live(state: RunnerState, task: Task): Promise<void> {
  await turn();
  await start(state, task);
  await untilEnded(state, task);
  if (state.stopping.signal.aborted) return;
  for (const container of task.containers) container.lastStatus = 'STOPPED';
  state.move(task, 'DEPROVISIONING');
  await turn();
  if (state.stopping.signal.aborted) return;
  task.stoppedAt = Date.now();
  state.move(task, 'STOPPED');
}

/** From PROVISIONING to RUNNING, unless something comes in between, which is then in `task.stop`. */
async function start(state: RunnerState, task: Task): Promise<void> {
  const { signal } = state.stopping;
  const isOver = () => task.stop !== undefined || signal.aborted;
  if (isOver()) return;
  task.pullStartedAt = Date.now();
  state.move(task, 'PENDING');
  if (task.rule?.kind === 'slowStart') await pause(task.rule.ms ?? 0, { isOver, signal });
  const started: LiveContainer[] = [];
  state.live.set(task, started);
  for (const container of task.containers) {
    if (isOver()) return;
    const start = await startTaskContainer(state.containers, task, container);
    if (start.kind === 'refused') {
      container.reason = start.reason;
      stopTask(state, task, { code: 'TaskFailedToStart', reason: start.reason });
      return;
    }
    started.push({ live: start.container, container });
    container.lastStatus = 'RUNNING';
    void noteExit(start.container, container);
  }
  task.pullStoppedAt = Date.now();
  task.startedAt = Date.now();
  if (!signal.aborted) state.move(task, 'RUNNING');
}

async function noteExit(live: Container, container: TaskContainer): Promise<void> {
  const end = await live.ended;
  container.exitCode = exitCodeOf(end);
  if (end.outOfMemory === true) container.reason = reasons.memory;
  container.lastStatus = 'STOPPED';
}

/** The first essential container that ends takes the others with it. */
async function untilEnded(state: RunnerState, task: Task): Promise<void> {
  const started = state.live.get(task) ?? [];
  const trouble = makeTrouble(state, task);
  // What was asked while the containers were being started.
  if (task.stop) endContainers(state, task);
  const essential = started.filter(({ container }) => container.definition.essential ?? true);
  if (essential.length > 0) await Promise.race(essential.map(({ live }) => live.ended));
  clearTimeout(trouble);
  if (started.length > 0) stopTask(state, task, { code: 'EssentialContainerExited', reason: reasons.exited });
  await Promise.all(started.map(({ live }) => live.ended));
  await turn();
  state.live.delete(task);
  if (started.length > 0) task.executionStoppedAt = Date.now();
}

function makeTrouble(state: RunnerState, task: Task): NodeJS.Timeout | undefined {
  const { rule } = task;
  switch (rule?.kind) {
    case 'spotReclaim':
      return setTimeout(() => stopTask(state, task, { code: 'SpotInterruption', reason: reasons.spot }), rule.ms ?? 0);
    case 'outOfMemory':
      return setTimeout(() => killForMemory(state, task), rule.ms ?? 0);
    default:
      return undefined;
  }
}

/** Hits the first container; what the task makes of it is the same as with every other exit. */
function killForMemory(state: RunnerState, task: Task): void {
  const [victim] = state.live.get(task) ?? [];
  if (!victim) return;
  victim.container.reason = reasons.memory;
  victim.live.kill();
}

function stopTask(state: RunnerState, task: Task, stop: TaskStop): void {
  if (task.stop) return;
  task.stop = stop;
  task.stoppingAt = Date.now();
  task.version += 1;
  endContainers(state, task);
}

function endContainers(state: RunnerState, task: Task): void {
  for (const { live, container } of state.live.get(task) ?? []) {
    const { stopTimeout = defaultStopSeconds } = container.definition;
    live.end((stopTimeout / defaultStopSeconds) * state.killGraceMs);
  }
}

function exitCodeOf(end: ProcessEnd): number {
  return end.exitCode ?? 128 + (end.signal ? constants.signals[end.signal] : 0);
}

/** Lets everything that waits for this moment go first. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
