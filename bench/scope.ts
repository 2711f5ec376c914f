/** A stack of what must be undone. */
export interface Scope {
  /** Adds something to undo. In a scope that was released already, it is undone at once. */
  defer(undo: () => Promise<unknown> | unknown): void;
  /** Undoes everything, last first, once. Rejects with the first error, after all of it was tried. */
  release(): Promise<void>;
}

/** Makes an empty scope. */
export function createScope(): Scope {
  const stack: (() => Promise<unknown> | unknown)[] = [];
  let released: Promise<void> | undefined;

  async function undoAll() {
    const errors: unknown[] = [];
    // What is still being started while we stop is added late, so the stack is read until it stays empty.
    for (let undo = stack.pop(); undo !== undefined; undo = stack.pop()) {
      try {
        await undo();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  return {
    defer(undo) {
      stack.push(undo);
      if (released !== undefined) released = released.then(undoAll);
    },
    release() {
      released ??= undoAll();
      return released;
    },
  };
}
