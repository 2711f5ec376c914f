import type { ActivationJob } from './activation-jobs.ts';

/** Something that the run will be told at a time of the test's clock. */
export interface Due {
  at: number;
  /** Of two at the same time, the lower comes first. */
  order: number;
  /** What it is then told; null when nothing is left to tell. */
  tell(): ActivationJob | null;
}

/** What lies ahead of a run. Nothing waits for it: the clock is set to whatever comes next. */
export class Timeline {
  private readonly dues = new Set<Due>();
  private orders = 0;

  /** A place in the order of what comes at the same time. */
  place(): number {
    this.orders += 1;
    return this.orders;
  }

  /** Adds what is to be told; gives it, for {@link drop}. */
  add(at: number, tell: Due['tell'], order: number = this.place()): Due {
    const due = { at, order, tell };
    this.dues.add(due);
    return due;
  }

  /** Takes it out. */
  drop(due: Due): void {
    this.dues.delete(due);
  }

  /** What comes next; undefined when nothing does. */
  next(): Due | undefined {
    const [first, ...others] = this.dues;
    return others.reduce((best, due) => (isBefore(due, best ?? due) ? due : best), first);
  }
}

function isBefore(one: Due, other: Due): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
