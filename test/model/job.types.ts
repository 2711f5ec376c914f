/** Types of a job: what must compile, and (by `@ts-expect-error`, which fails when there is no error) what must not. */
import { batchTask, defineJob, type Job } from 'nightshift';
import { Type } from 'typebox';

const tasks = {
  score: batchTask<{ date: string }, { users: number }>({ app: 'a', command: ['x'], vcpu: 1, memory: '2 GB' }),
  tidy: batchTask({ app: 'a', command: ['x'], vcpu: 0.25, memory: '512 MB' }),
};

export const good = defineJob({
  id: 'A',
  name: 'a',
  tasks,
  input: Type.Object({ items: Type.Array(Type.String()) }),
  async run({ tasks, input, date }) {
    const shards: { users: number }[] = await tasks.score.array(2, (shard) => ({ date: `${date}${shard}` }));
    const one: { users: number } = await tasks.score({ date });
    await tasks.tidy();
    const items: string[] = input.items;
    // @ts-expect-error a task that is not declared
    await tasks.skore({ date });
    // @ts-expect-error an input of another type
    await tasks.score({ date: 1 });
    // @ts-expect-error a missing input
    await tasks.score();
    // @ts-expect-error an output of another type
    const wrong: string = await tasks.score({ date });
    // @ts-expect-error an input field that the schema does not have
    input.nothing;
    return { records: shards.length + one.users + items.length, wrong };
  },
});

export const plainSchema = defineJob({
  id: 'B',
  name: 'b',
  tasks,
  input: { type: 'object', properties: { message: { type: 'string' } }, required: ['message'] },
  async run({ input }) {
    const message: string = input.message;
    // @ts-expect-error not a number
    const count: number = input.message;
    return { message, count };
  },
});

export const without = defineJob({ id: 'D', name: 'd', tasks, run: ({ tasks }) => tasks.tidy() });

export const fanIn = defineJob({
  id: 'E',
  name: 'e',
  tasks,
  async run({ tasks, date, parallel }) {
    const { left, right } = await parallel(
      { left: () => tasks.score({ date }), right: async () => [await tasks.score.array(2, { date }), date] as const },
      { onFailure: 'cancel', limit: 2 },
    );
    const users: number = left.users + (right[0][0]?.users ?? 0);
    const text: string = right[1];
    // @ts-expect-error a result of another type
    const wrong: string = left.users;
    // @ts-expect-error a branch that is not there
    (await parallel({ one: () => tasks.tidy() })).two;
    // @ts-expect-error a promise in place of a function
    await parallel({ one: tasks.tidy() });
    // @ts-expect-error not a way to fail
    await parallel({ one: () => tasks.tidy() }, { onFailure: 'stop' });
    return { users, text, wrong };
  },
});

export const runsOthers = defineJob({
  id: 'G',
  name: 'g',
  tasks,
  async run({ runJob, sleepUntil }) {
    const { records }: { records: number } = await runJob(good, { date: '2026-11-21' });
    const unknownResult: unknown = await runJob('A');
    // @ts-expect-error a result of another type
    const wrong: string = await runJob(good);
    await sleepUntil('03:15');
    // @ts-expect-error no time
    await sleepUntil(5);
    return { records, unknownResult, wrong };
  },
});

export const handlers = defineJob({
  id: 'F',
  name: 'f',
  tasks,
  handlerTimeout: '5 minutes',
  run: ({ tasks, date }) => tasks.score({ date }),
  async onSuccess({ tasks, result, date }) {
    const users: number = result.users;
    // @ts-expect-error a result of another type
    const wrong: string = result.users;
    await tasks.score({ date });
    return { users, wrong };
  },
  async onFailure({ tasks, error, date }) {
    const tail: string[] = error.logTail ?? [];
    // @ts-expect-error a field that an error does not have
    error.result;
    await tasks.score({ date });
    return tail;
  },
});

export const registry: Job[] = [good, plainSchema, without, fanIn, runsOthers, handlers];

// @ts-expect-error 1 vCPU does not go with 512 MB on Fargate
batchTask({ app: 'a', command: ['x'], vcpu: 1, memory: '512 MB' });
// @ts-expect-error 3 vCPU do not exist on Fargate
batchTask({ app: 'a', command: ['x'], vcpu: 3, memory: '8 GB' });
// @ts-expect-error an empty command
batchTask({ app: 'a', command: [], vcpu: 1, memory: '2 GB' });
// @ts-expect-error not a duration
defineJob({ id: 'C', name: 'c', tasks, timeout: '5 parsecs', run: async () => undefined });
// @ts-expect-error not a schedule expression
defineJob({ id: 'C', name: 'c', tasks, schedule: { expression: '0 3 * * *' }, run: async () => undefined });
// @ts-expect-error not a rule
defineJob({ id: 'C', name: 'c', tasks, alerts: { slwo: ['slack'] }, run: async () => undefined });
