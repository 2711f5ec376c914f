import { arrayJoin } from './array-join.ts';
import type { Benchmark } from './benchmark.ts';
import { describeCalls } from './describe-calls.ts';
import { historyEvents } from './history-events.ts';
import { idleMemory } from './idle-memory.ts';
import { image } from './image.ts';
import { noticeDelay } from './notice-delay.ts';
import { rankingJob } from './ranking.ts';
import { startUp } from './start-up.ts';
import { stepOverhead } from './step-overhead.ts';

/** All benchmarks, in the order in which they run: first those that want the machine for a local mode of their own. */
export const benchmarks: readonly Benchmark[] = [
  startUp,
  idleMemory,
  stepOverhead,
  arrayJoin,
  noticeDelay,
  historyEvents,
  describeCalls,
  rankingJob,
  image,
];
