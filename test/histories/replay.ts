import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DeterminismViolationError } from '@temporalio/workflow';
import * as replays from '../../testing/replay.ts';
import { testJobs } from '../support/test-jobs.ts';
import { advice } from './advice.ts';

export type { BundleCode, RecordedHistory } from '../../testing/replay.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The file of a feature's history (`.json`) or of its commands (`.commands.txt`). */
export function fileOf(feature: string, kind: 'json' | 'commands.txt'): string {
  return fileURLToPath(new URL(`./${feature}.${kind}`, import.meta.url));
}

/** The recorded history of a feature. */
export async function readHistory(feature: string): Promise<replays.RecordedHistory> {
  return JSON.parse(await readFile(fileOf(feature, 'json'), 'utf8'));
}

/** Bundles the workflows of the tests' jobs as a worker does, and with them the recorder of commands. */
export function bundleWithRecorder(): Promise<WorkflowBundleWithSourceMap> {
  return replays.bundleWithRecorder({ directory: root, jobs: testJobs().jobs.values() });
}

/**
 * Replays a history with a bundle.
 * @throws DeterminismViolationError when the code asks for other commands than the history holds.
 */
export function replay(bundle: replays.BundleCode, history: replays.RecordedHistory): Promise<void> {
  return advised(replays.replay(bundle, history));
}

/** Replays a history with a bundle that has the recorder; gives the commands with their arguments, as text. */
export function replayCommands(bundle: replays.BundleCode, history: replays.RecordedHistory): Promise<string> {
  return advised(replays.replayCommands(bundle, history));
}

/** An error of the replay tells nobody what to do. */
async function advised<T>(replaying: Promise<T>): Promise<T> {
  try {
    return await replaying;
  } catch (error) {
    if (error instanceof DeterminismViolationError) error.message += `\n${advice}`;
    throw error;
  }
}
