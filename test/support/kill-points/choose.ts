import { keyOf, type Point } from '../proxies/tap.ts';

/** A point, and how a worker is brought there. */
export interface Plan {
  point: Point;
  /** The call is made while a worker starts: a new one is started for it. */
  boot: boolean;
  /** Another worker is killed here before, and the one after it makes the call only for that; null: none. */
  first: Point | null;
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

/** Statements that change nothing: a death at one leaves what a death at the change before or after it leaves. */
const reading = /^(select (?!pg_notify)|begin$|connect$|listen )/;

/**
 * Each side of each call site once, reads in Postgres left out; what reaches outside of our database at each
 * occurrence. The others in turns at their first and last occurrence, so that the kills are spread over the run.
 * `all`: each occurrence of every call; of polling the first, the middle and the last.
 */
export function choosePoints({ boot, run }: Recording, all: boolean): Plan[] {
  const wanted = ({ service, name }: Point) => all || service !== 'Postgres' || !reading.test(name);
  const starting = [...boot.values()]
    .filter(wanted)
    .map((point) => ({ point: { ...point, occurrence: 1 }, boot: true, first: null }));
  const running = [...run.values()]
    .filter((point) => wanted(point) && !boot.has(keyOf(point, point.side)))
    .flatMap((point, index) =>
      occurrencesOf(point, all, index).map((occurrence) => ({
        point: { ...point, occurrence },
        boot: false,
        first: null,
      })),
    );
  return [...starting, ...running];
}

/** Deaths after which the next worker has most to repair: the call was made and its answer lost, or not made at all. */
export const deaths: Point[] = [
  { service: 'AWS', name: 'AmazonEC2ContainerService RunTask', side: 'before', occurrence: 1 },
  { service: 'AWS', name: 'AmazonEC2ContainerService RunTask', side: 'after', occurrence: 1 },
  { service: 'AWS', name: 'CodeBuild StartBuild', side: 'before', occurrence: 1 },
  { service: 'AWS', name: 'CodeBuild StartBuild', side: 'after', occurrence: 2 },
];

/** Calls that no run without a kill makes: those by which a worker repairs what the death of another one left. */
export function repairPoints({ boot, run }: Recording, first: Point, repair: Map<string, Point>): Plan[] {
  const added = [...repair].filter(([key]) => !boot.has(key) && !run.has(key));
  return added.map(([, point]) => ({ point: { ...point, occurrence: 1 }, boot: false, first }));
}

function occurrencesOf({ occurrence: count, name }: Point, all: boolean, index: number): number[] {
  const each = Array.from({ length: count }, (_, at) => at + 1);
  const middle = Math.ceil(count / 2);
  if (count >= pollingFrom) return all ? [1, middle, count - 1] : [middle];
  if (all || outside.test(name)) return each;
  return [index % 4 < 2 ? 1 : count];
}
