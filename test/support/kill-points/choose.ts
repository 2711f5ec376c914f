import { keyOf, type Point } from '../proxies/tap.ts';

/** A point, and how a worker is brought there. */
export interface Plan {
  point: Point;
  /** The call is made while a worker starts: a new one is started for it. */
  boot: boolean;
}

/** What passed in one run without any kill: while the worker started, and after that. */
export interface Recording {
  boot: Map<string, Point>;
  run: Map<string, Point>;
}

/** More often than this in one run is polling: it goes on for as long as the worker lives, and looks the same each time. */
const pollingFrom = 9;

/** Calls that change something outside of our database: killed at each occurrence. */
const outside = /StartBuild|RunTask$|StartWorkflow|Signal|RespondWorkflow|PollWorkflowTaskQueue, with/;

/**
 * Each side of each call site at least once. `all`: each occurrence, of polling the first, the middle and the last;
 * else one of them, in turns the first and the last, so that the kills are spread over the run.
 */
export function choosePoints({ boot, run }: Recording, all: boolean): Plan[] {
  const starting = [...boot.values()].map((point) => ({ point: { ...point, occurrence: 1 }, boot: true }));
  const running = [...run.values()]
    .filter((point) => !boot.has(keyOf(point, point.side)))
    .flatMap((point, index) =>
      occurrencesOf(point, all, index).map((occurrence) => ({ point: { ...point, occurrence }, boot: false })),
    );
  return [...starting, ...running];
}

function occurrencesOf({ occurrence: count, name }: Point, all: boolean, index: number): number[] {
  const each = Array.from({ length: count }, (_, at) => at + 1);
  const middle = Math.ceil(count / 2);
  if (count >= pollingFrom) return all ? [1, middle, count - 1] : [middle];
  if (all || outside.test(name)) return each;
  return [index % 4 < 2 ? 1 : count];
}
