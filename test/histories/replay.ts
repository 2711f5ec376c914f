import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import * as replays from '../../testing/replay.ts';
import { testJobs } from '../support/test-jobs.ts';

export { type BundleCode, type RecordedHistory, replay, replayCommands } from '../../testing/replay.ts';

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
