import { AsyncLocalStorage as Storage } from 'node:async_hooks';
import { AsyncLocalStorage as OfScopes } from '@temporalio/workflow';
import { AsyncLocalStorage as OfUpdates } from '@temporalio/workflow/lib/update-scope.js';

const stores = new WeakMap<object, Storage<unknown>>();

/** What the SDK's scopes ask of their storage. */
const methods = {
  run(this: object, store: unknown, work: (...args: unknown[]) => unknown, ...args: unknown[]): unknown {
    return storageOf(this).run(store, work, ...args);
  },
  getStore(this: object): unknown {
    return storageOf(this).getStore();
  },
};

/**
 * Gives the SDK's scopes a storage: it finds one only in the sandbox of a worker, and outside of it puts empty classes in
 * its place, when it is first imported. Of those the methods are filled in; a repeat changes nothing.
 */
export function provideScopeStorage(): void {
  for (const { prototype } of [OfScopes, OfUpdates] as { prototype: object }[]) {
    if (!('getStore' in prototype)) Object.assign(prototype, methods);
  }
}

function storageOf(owner: object): Storage<unknown> {
  const known = stores.get(owner) ?? new Storage<unknown>();
  stores.set(owner, known);
  return known;
}
