import { batchTask } from 'nightshift';

/** A business date. */
export const date = '2026-11-21';

/** The smallest size of Fargate. */
export const size = { vcpu: 0.25, memory: '512 MB' } as const;

/** A task that takes a value and gives one. */
export const work = batchTask<{ value: number }, { value: number }>({
  app: 'work',
  command: ['work'],
  ...size,
  output: 'line',
});

/** A fake of it that does nothing. */
export const idle = () => ({ value: 0 });
