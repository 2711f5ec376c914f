import { overrideGlobals } from '@temporalio/workflow/lib/global-overrides.js';

/** What the SDK puts others in the place of, in the sandbox of a worker. */
const names = ['Date', 'setTimeout', 'clearTimeout', 'WeakRef', 'FinalizationRegistry'] as const;

// Kept, since tests may put fake ones in their place.
const { nextTick } = process;

/**
 * Lets workflow code run with the globals that it has in a worker: the clock is the run's, a timer is one of the run.
 * Gives what puts the old ones back.
 */
export function useWorkflowGlobals(): () => void {
  const own = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const);
  const { random } = Math;
  overrideGlobals();
  return () => {
    for (const [name, descriptor] of own) if (descriptor) Object.defineProperty(globalThis, name, descriptor);
    Math.random = random;
  };
}

/** Waits until no promise has anything left to do; timers, files and sockets do not come to their turn meanwhile. */
export function microtasksDone(): Promise<void> {
  // From a microtask: the tick then comes after all of them, those that they add included.
  return Promise.resolve().then(() => new Promise<void>((resolve) => nextTick(resolve)));
}
