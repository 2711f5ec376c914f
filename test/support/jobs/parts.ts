import { batchTask, defineJob, type RunContext } from 'nightshift';

const input = { type: 'object', properties: { dir: { type: 'string' } }, required: ['dir'] } as const;
const work = batchTask<{ dir: string }, { tokens: Record<string, number> }>({
  app: 'work',
  command: ['node', 'work.mjs'],
  vcpu: 0.25,
  memory: '512 MB',
  output: 'line',
});
type Context = RunContext<{ work: typeof work }, { dir: string }>;

/** Works under a lock of its own for a part of the run, before and after it without. */
export const parted = defineJob({
  id: 'PARTED',
  name: 'Holds a lock around a part',
  input,
  tasks: { work },
  async run({ tasks, input: { dir }, withLock }: Context) {
    const before = await tasks.work({ dir }, { name: 'before' });
    const inside = await withLock('part', () => tasks.work({ dir }, { name: 'inside' }));
    const after = await tasks.work({ dir }, { name: 'after' });
    return { tokens: [before.tokens, inside.tokens, after.tokens] };
  },
});

/** The same lock, for a part; when it is busy, without it. */
export const hasty = defineJob({
  id: 'HASTY',
  name: 'Skips a part whose lock is busy',
  input,
  tasks: { work },
  async run({ tasks, input: { dir }, withLock }: Context) {
    const done = await withLock({ name: 'part', ifBusy: 'skip' }, () => tasks.work({ dir }, { name: 'hasty' }));
    return { skipped: done === undefined };
  },
});

/** The same lock, for a part; when it is busy, fails. */
export const touchy = defineJob({
  id: 'TOUCHY',
  name: 'Fails when the lock of a part is busy',
  input,
  tasks: { work },
  run: ({ tasks, input: { dir }, withLock }: Context) =>
    withLock({ name: 'part', ifBusy: 'fail' }, () => tasks.work({ dir })),
});

/** Takes a lock inside another whose name comes later: refused at once. */
export const backwards = defineJob({
  id: 'BACKWARDS',
  name: 'Takes locks in the wrong order',
  input,
  tasks: { work },
  run({ tasks, input: { dir }, withLock }: Context) {
    const early = 'early';
    return withLock('late', () => withLock(early, () => tasks.work({ dir })));
  },
});

/** Two steps side by side in one part; the first to fail does not end the part while the other works. */
export const pair = defineJob({
  id: 'PAIR',
  name: 'Two steps under one lock',
  input,
  tasks: { work },
  async run({ tasks, input: { dir }, withLock, log }: Context) {
    const both = () => Promise.all(['one', 'two'].map((name) => tasks.work({ dir }, { name })));
    await withLock('part', both).catch(() => log('part failed'));
    await tasks.work({ dir }, { name: 'later' });
  },
});

/** Two branches that want one lock, and a third that does without it. */
export const siblings = defineJob({
  id: 'SIBLINGS',
  name: 'Branches that exclude each other',
  input,
  tasks: { work },
  async run({ tasks, input: { dir }, withLock }: Context) {
    const under = (name: string) => withLock('part', () => tasks.work({ dir }, { name }));
    const hasty = () => withLock({ name: 'part', ifBusy: 'skip' }, () => tasks.work({ dir }));
    const [one, two, third] = await Promise.all([under('one'), under('two'), hasty()]);
    return { tokens: [one.tokens.part, two.tokens.part], skipped: third === undefined };
  },
});

/** Takes a lock inside itself: refused at once. */
export const nested = defineJob({
  id: 'NESTED',
  name: 'Takes a lock twice',
  input,
  tasks: { work },
  run({ tasks, input: { dir }, withLock }: Context) {
    const name = 'part';
    return withLock('part', () => withLock(name, () => tasks.work({ dir })));
  },
});

/** One branch wants a lock, another fails; then the run goes on without both. */
export const yielding = defineJob({
  id: 'YIELDING',
  name: 'Stops a branch that waits for a lock',
  input,
  tasks: { work },
  async run({ tasks, input: { dir }, parallel, withLock }: Context) {
    const branches = {
      waits: () => withLock('part', () => tasks.work({ dir }, { name: 'waits' })),
      behind: () => withLock('rest', () => tasks.work({ dir }, { name: 'behind' })),
      fails: () => tasks.work({ dir }, { name: 'fails' }),
    };
    await parallel(branches, { onFailure: 'cancel' }).catch(() => undefined);
    await tasks.work({ dir }, { name: 'last' });
  },
});
