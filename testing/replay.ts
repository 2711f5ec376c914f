import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type InjectedSinks, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { type BundleSource, bundleWorkflows } from '../workers/bundle-workflows.ts';
import { installRuntime } from '../workers/temporal.ts';
import type { CommandSinks } from './command-recorder.ts';

/** The code of a workflow bundle. */
export type BundleCode = Pick<WorkflowBundleWithSourceMap, 'code'>;

/** A history as it lies in its file: Temporal's JSON form. */
export interface RecordedHistory {
  events: Record<string, unknown>[];
}

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Bundles the workflows of jobs as a worker does, and with them the recorder of commands. */
export function bundleWithRecorder(source: BundleSource): Promise<WorkflowBundleWithSourceMap> {
  const recorder = fileURLToPath(new URL('./command-recorder.ts', import.meta.url));
  return bundleWorkflows({ ...source, interceptors: [recorder] });
}

/**
 * Replays a history with a bundle.
 * @throws DeterminismViolationError when the code asks for other commands than the history holds.
 */
export async function replay(bundle: BundleCode, history: RecordedHistory): Promise<void> {
  installRuntime(silent);
  await Worker.runReplayHistory({ workflowBundle: asBundle(bundle) }, historyFromJSON(history));
}

/** Replays a history with a bundle that has the recorder; gives the commands with their arguments, as text. */
export async function replayCommands(bundle: BundleCode, history: RecordedHistory): Promise<string> {
  installRuntime(silent);
  const lines: string[] = [];
  const record = { fn: (_: unknown, line: string) => void lines.push(line), callDuringReplay: true };
  const sinks: InjectedSinks<CommandSinks> = { commands: { record } };
  await Worker.runReplayHistory({ workflowBundle: asBundle(bundle), sinks }, historyFromJSON(history));
  // Replayed on a queue that is named anew each time.
  return `${lines.join('\n').replace(/fake_replay_queue-\d+/g, 'queue')}\n`;
}

function asBundle({ code }: BundleCode) {
  return { code, sourceMap: '' };
}
