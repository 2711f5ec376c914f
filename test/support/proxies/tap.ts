/** The services that a worker calls. */
export type CalledService = 'AWS' | 'Postgres' | 'Temporal';

/** Before the call is passed on, or after its answer has come and before that is passed on. */
export type Side = 'before' | 'after';

/** One call as a proxy sees it. Calls of one name are one call site. */
export interface SeenCall {
  service: CalledService;
  /** The operation, or the statement. */
  name: string;
}

/** The moment at which a worker is killed: the n-th time, from 1, that this call is at this side. */
export interface Point extends SeenCall {
  side: Side;
  occurrence: number;
}

/** Where all proxies of one worker meet: notes what passes, and stops one call at the point that is armed. */
export interface Tap {
  /** False: the worker is dead, so the call or its answer is not to be passed on. */
  passes(call: SeenCall, side: Side): boolean;
  /** From here on counts begin at 1. `hit` is called at the point, before anything else happens. */
  arm(point: Point, hit: () => void): void;
  /** Takes the point away, if it was not reached. */
  disarm(): void;
  /** How often each call has passed each side since the last `arm` or `restart`. */
  counts(): Map<string, Point>;
  /** Counts from 1 again. */
  restart(): void;
}

/** Makes a tap that lets everything pass. */
export function createTap(): Tap {
  let armed: { point: Point; hit: () => void } | undefined;
  let seen = new Map<string, Point>();
  return {
    passes(call, side) {
      const key = keyOf(call, side);
      const occurrence = (seen.get(key)?.occurrence ?? 0) + 1;
      seen.set(key, { ...call, side, occurrence });
      if (armed === undefined || armed.point.occurrence !== occurrence || key !== keyOf(armed.point, armed.point.side))
        return true;
      const { hit } = armed;
      armed = undefined;
      hit();
      return false;
    },
    arm(point, hit) {
      seen = new Map();
      armed = { point, hit };
    },
    disarm() {
      armed = undefined;
    },
    counts: () => seen,
    restart() {
      seen = new Map();
    },
  };
}

/** One text for one side of one call site. */
export function keyOf(call: SeenCall, side: Side): string {
  return `${call.service} | ${call.name} | ${side}`;
}
