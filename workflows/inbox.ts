import { condition, defineSignal, setHandler, workflowInfo } from '@temporalio/workflow';
import type { StopReason } from '../model/run-states.ts';
import { hasEnded } from '../model/run-states.ts';
import { type AttemptEnd, type Wake, wakeSignal } from '../model/wake.ts';

const wake = defineSignal<[Wake]>(wakeSignal);

/** What the run has been told so far. Wakes may repeat and overtake each other: each attempt's end counts once. */
export interface Inbox {
  /** Wakes so far. */
  readonly count: number;
  /** The first reason to stop that was told; null while there is none. */
  readonly stop: StopReason | null;
  /** The run has ended without this workflow (timed out while waiting, closed by the watcher). */
  readonly closed: boolean;
  /** Why this code cannot go on with the run's history; null while it can. */
  readonly changed: string | null;
  /** Runs that this one waits for by `runJob` and that have ended. */
  readonly othersEnded: Set<string>;
  /** Waits until the attempt has ended. Waits for ever when the run is stopped: whoever awaits it is given up. */
  endOf(attemptId: string): Promise<AttemptEnd>;
  /** The code is another one than made the history: this execution cannot go on. */
  giveUp(why: string): void;
  /** Waits for a wake after the given count. */
  wakeAfter(count: number): Promise<void>;
}

/** Registers the wake handler; to be called before anything is awaited. */
export function openInbox(): Inbox {
  const ended = new Map<string, AttemptEnd>();
  const othersEnded = new Set<string>();
  const state = { count: 0, stop: null as StopReason | null, closed: false, changed: null as string | null };

  setHandler(wake, (news) => {
    for (const end of news.ended) if (!ended.has(end.attemptId)) ended.set(end.attemptId, end);
    for (const id of news.others ?? []) othersEnded.add(id);
    state.count += 1;
    state.stop ??= news.stop;
    state.closed ||= hasEnded(news.status);
  });

  return {
    othersEnded,
    get count() {
      return state.count;
    },
    get stop() {
      return state.stop;
    },
    get closed() {
      return state.closed;
    },
    get changed() {
      // Only at the end of the replay: before, Temporal finds by itself what does not fit, and fails the workflow for
      // it; were it to fail by our word too, the server would refuse the answer, which would come again for ever.
      return workflowInfo().unsafe.isReplaying ? null : state.changed;
    },
    giveUp(why) {
      state.changed ??= why;
    },
    async endOf(attemptId) {
      await condition(() => ended.has(attemptId));
      return ended.get(attemptId) as AttemptEnd;
    },
    wakeAfter: (count) => condition(() => state.count > count),
  };
}
