import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { type InjectedSinks, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import { type BundleSource, bundleWorkflows } from '../workers/bundle-workflows.ts';
import { installRuntime } from '../workers/temporal.ts';
import type { CommandSinks } from './command-recorder.ts';

/** The code of a workflow bundle. */
export type BundleCode = Pick<WorkflowBundleWithSourceMap, 'code'>;

/** A history as it lies in its file: Temporal's JSON form. */
export interface RecordedHistory {
  events: Record<string, unknown>[];
}

const advice =
  '\nIf the change is meant, record the histories again (`npm run histories`) and review their difference; ' +
  'if it is not, mend it: runs that are open when it is deployed would break.';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Bundles the workflows of jobs as a worker does, and with them the recorder of commands. */
export function bundleWithRecorder(source: BundleSource): Promise<WorkflowBundleWithSourceMap> {
  // The bundler finds the ending: .ts in a checkout, .js in the installed package.
  const recorder = fileURLToPath(new URL('./command-recorder', import.meta.url));
  return bundleWorkflows({ ...source, interceptors: [recorder] });
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
    if (error instanceof DeterminismViolationError) error.message += advice;
    throw error;
  }
}

function asBundle({ code }: BundleCode) {
  return { code, sourceMap: '' };
}
