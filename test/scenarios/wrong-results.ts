import { defineJob } from 'nightshift';
import { Type } from 'typebox';

/** Takes what the array demo takes, starts nothing, and gives results that are no results: for `nightshift verify`. */
export const wrongResults = defineJob({
  id: 'wrong-results',
  name: 'Wrong results',
  input: Type.Object({ message: Type.String(), items: Type.Array(Type.String()) }),
  tasks: {},
  async run({ input }) {
    return { results: input.items.map((item, index) => ({ index, item, sha256: 'none' })) };
  },
});
