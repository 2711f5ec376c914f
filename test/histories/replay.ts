import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type InjectedSinks, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { installRuntime } from '../../workers/temporal.ts';
import type { CommandSinks } from '../support/record-commands.ts';
import { testJobs } from '../support/test-jobs.ts';
import { advice } from './advice.ts';

/** The code of a workflow bundle. */
export type BundleCode = Pick<WorkflowBundleWithSourceMap, 'code'>;

/** A history as it lies in its file: Temporal's JSON form. */
export interface RecordedHistory {
  events: Record<string, unknown>[];
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The file of a feature's history (`.json`) or of its commands (`.commands.txt`). */
export function fileOf(feature: string, kind: 'json' | 'commands.txt'): string {
  return fileURLToPath(new URL(`./${feature}.${kind}`, import.meta.url));
}

/** The recorded history of a feature. */
export async function readHistory(feature: string): Promise<RecordedHistory> {
  return JSON.parse(await readFile(fileOf(feature, 'json'), 'utf8'));
}

/** Bundles the workflows of the tests' jobs as a worker does, and with them the recorder of commands. */
export function bundleWithRecorder(): Promise<WorkflowBundleWithSourceMap> {
  const recorder = fileURLToPath(new URL('../support/record-commands.ts', import.meta.url));
  return bundleWorkflows({ directory: root, jobs: testJobs().jobs.values(), interceptors: [recorder] });
}

/**
 * Replays a history with a bundle.
 * @throws DeterminismViolationError when the code asks for other commands than the history holds.
 */
export async function replay(bundle: BundleCode, history: RecordedHistory): Promise<void> {
  installRuntime(silent);
  await advised(Worker.runReplayHistory({ workflowBundle: asBundle(bundle) }, historyFromJSON(history)));
}

/** Replays a history with a bundle that has the recorder; gives the commands with their arguments, as text. */
export async function replayCommands(bundle: BundleCode, history: RecordedHistory): Promise<string> {
  installRuntime(silent);
  const lines: string[] = [];
  const record = { fn: (_: unknown, line: string) => void lines.push(line), callDuringReplay: true };
  const sinks: InjectedSinks<CommandSinks> = { commands: { record } };
  await advised(Worker.runReplayHistory({ workflowBundle: asBundle(bundle), sinks }, historyFromJSON(history)));
  // Replayed on a queue that is named anew each time.
  return `${lines.join('\n').replace(/fake_replay_queue-\d+/g, 'queue')}\n`;
}

/** An error of the replay tells nobody what to do. */
async function advised(replaying: Promise<void>): Promise<void> {
  try {
    await replaying;
  } catch (error) {
    if (error instanceof DeterminismViolationError) error.message += `\n${advice}`;
    throw error;
  }
}

function asBundle({ code }: BundleCode) {
  return { code, sourceMap: '' };
}
