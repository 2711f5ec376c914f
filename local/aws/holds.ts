/** Where a call is held: before its work is done, or after it but before the answer. */
export type HoldPoint = 'before' | 'after';

/** Calls that wait for a test's word, so that interleavings are chosen and not met by chance. */
export interface Hold {
  /** Resolves as soon as so many calls wait here. Default 1. */
  waiting(count?: number): Promise<void>;
  /** How many calls wait now. */
  readonly count: number;
  /** Lets the call that has waited longest go on; the hold stays. */
  releaseOne(): void;
  /** Lets all calls go on and ends the hold. */
  release(): void;
}

/** The holds of one server. */
export interface Holds {
  hold(operation: string, point?: HoldPoint): Hold;
  /** Returns at once unless a hold is set at that point. */
  pass(operation: string, point: HoldPoint): Promise<void>;
  releaseAll(): void;
}

interface OpenHold {
  handle: Hold;
  wait(): Promise<void>;
}

/** Makes an empty set of holds. */
export function createHolds(): Holds {
  const open = new Map<string, OpenHold>();
  const keyOf = (operation: string, point: HoldPoint) => `${point}/${operation}`;

  return {
    hold(operation, point = 'before') {
      const key = keyOf(operation, point);
      open.get(key)?.handle.release();
      const hold = openHold(() => {
        if (open.get(key) === hold) open.delete(key);
      });
      open.set(key, hold);
      return hold.handle;
    },
    async pass(operation, point) {
      await open.get(keyOf(operation, point))?.wait();
    },
    releaseAll() {
      for (const hold of [...open.values()]) hold.handle.release();
    },
  };
}

function openHold(close: () => void): OpenHold {
  const held: (() => void)[] = [];
  let watchers: { count: number; resolve: () => void }[] = [];

  function tellWatchers(): void {
    for (const watcher of watchers) if (held.length >= watcher.count) watcher.resolve();
    watchers = watchers.filter((watcher) => held.length < watcher.count);
  }

  const handle: Hold = {
    get count() {
      return held.length;
    },
    waiting: (count = 1) =>
      new Promise((resolve) => {
        watchers.push({ count, resolve });
        tellWatchers();
      }),
    releaseOne: () => held.shift()?.(),
    release() {
      close();
      for (const go of held.splice(0)) go();
    },
  };
  const wait = () =>
    new Promise<void>((go) => {
      held.push(go);
      tellWatchers();
    });
  return { handle, wait };
}
