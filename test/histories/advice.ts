/** What to do when the code asks for something else than a history has. */
export const advice = [
  'If the change is meant, run `npm run histories` and review the difference of test/histories/.',
  'If it is not, mend it: runs that are open when it is deployed would break, or ask for something else than they did.',
].join('\n');
