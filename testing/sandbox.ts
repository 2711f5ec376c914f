import { defaultPayloadConverter, type Workflow } from '@temporalio/common';
import type { WorkflowInfo } from '@temporalio/workflow';
import { setActivator } from '@temporalio/workflow/lib/global-attributes.js';
import { Activator } from '@temporalio/workflow/lib/internals.js';
import {
  activate,
  concludeActivation,
  initialize,
  tryUnblockConditions,
} from '@temporalio/workflow/lib/worker-interface.js';
import { type ActivationJob, startJob } from './activation-jobs.ts';
import { type Command, commandsOf } from './commands.ts';
import { provideScopeStorage } from './scope-storage.ts';
import { microtasksDone, useWorkflowGlobals } from './workflow-globals.ts';

/** One event that workflow code has logged. */
export interface Logged {
  /** The event's name. */
  event: string;
  /** What was logged with it. */
  record: Record<string, unknown>;
}

/** A workflow that is carried out in this process, step by step, by the SDK's own code. */
export interface Sandbox {
  /** Starts the workflow; gives what it asks for. */
  start(input: unknown): Promise<Command[]>;
  /** Tells it one thing at this time; gives what it asks for then. */
  tell(job: ActivationJob, now: number): Promise<Command[]>;
  /** What it has logged so far, oldest first. */
  readonly logged: Logged[];
}

/** Which workflow, and when it starts. */
export interface SandboxOptions {
  workflow: Workflow;
  type: string;
  id: string;
  /** Milliseconds since 1970. */
  now: number;
}

type Jobs = Parameters<typeof activate>[0];

/** One workflow's code runs at a time: the SDK keeps the one that runs in a global variable. */
let turn: Promise<unknown> = Promise.resolve();

/** Opens a sandbox for one workflow. */
export function openSandbox(options: SandboxOptions): Sandbox {
  provideScopeStorage();
  const activator = makeActivator(options);
  const logged: Logged[] = [];
  const run = (now: number, work: () => void): Promise<Command[]> => {
    const mine = turn.then(() => carryOut(activator, now, work));
    turn = mine.catch(() => undefined);
    return mine.finally(() => logged.push(...logsOf(activator)));
  };
  return {
    logged,
    start: (input) => {
      const job = startJob(options.type, options.id, defaultPayloadConverter.toPayload(input));
      return run(options.now, () => {
        initialize(job.initializeWorkflow);
        activate({ jobs: [job] } as unknown as Jobs);
      });
    },
    tell: (job, now) => run(now, () => activate({ jobs: [job] } as unknown as Jobs)),
  };
}

/** One activation, as a worker makes it: what is told, then everything that comes of it without anything new. */
async function carryOut(activator: Activator, now: number, work: () => void): Promise<Command[]> {
  activator.now = now;
  setActivator(activator);
  const restore = useWorkflowGlobals();
  try {
    work();
    do await microtasksDone();
    while (tryUnblockConditions() > 0);
    return commandsOf(concludeActivation());
  } finally {
    restore();
    setActivator(undefined);
  }
}

function makeActivator({ workflow, type, id, now }: SandboxOptions): Activator {
  const activator = new Activator({
    info: infoOf(type, id, now),
    now,
    showStackTraceSources: false,
    sourceMap: { version: 3, sources: [], names: [], mappings: '', file: '' },
    getTimeOfDay: () => process.hrtime.bigint(),
    randomnessSeed: [1],
    // Any: whoever drives the sandbox answers them.
    registeredActivityNames: new Set(['default']),
    stackTracesEnabled: false,
  } as unknown as ConstructorParameters<typeof Activator>[0]);
  activator.workflow = workflow;
  return activator;
}

function infoOf(workflowType: string, workflowId: string, now: number): WorkflowInfo {
  const info = {
    ...{ workflowId, workflowType, runId: workflowId, firstExecutionRunId: workflowId },
    ...{ taskQueue: 'testing', namespace: 'testing', attempt: 1, historyLength: 0, historySize: 0 },
    ...{ startTime: new Date(now), runStartTime: new Date(now), taskTimeoutMs: 10_000, memo: {}, searchAttributes: {} },
    ...{ continueAsNewSuggested: false, currentBuildId: 'testing' },
    unsafe: { isReplaying: false, isReplayingHistoryEvents: false, now: () => now, random: () => 0.5 },
  };
  return info as unknown as WorkflowInfo;
}

/** The SDK's own words about the workflow are at another level. */
function logsOf(activator: Activator): Logged[] {
  return activator.getAndResetSinkCalls().flatMap(({ ifaceName, fnName, args }) => {
    if (ifaceName !== '__temporal_logger' || fnName !== 'info') return [];
    const [event, attributes] = args as [string, Record<string, unknown>];
    return [{ event, record: ownRecord(attributes, activator.info) }];
  });
}

/** Without what the SDK adds to every record. */
function ownRecord(attributes: Record<string, unknown>, info: WorkflowInfo): Record<string, unknown> {
  const added: Record<string, unknown> = { ...info, sdkComponent: 'workflow' };
  return Object.fromEntries(Object.entries(attributes).filter(([key, value]) => added[key] !== value));
}
