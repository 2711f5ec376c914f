/** The commands of one history: as they were recorded, and as its replay asks for them now. */
export interface CommandsOfHistory {
  /** The history's name. */
  history: string;
  recorded: string;
  now: string;
}

/**
 * Compares what a replay asks for with what was recorded. `record` is the command that writes it anew.
 * @throws Error that shows the first command that differs and says what to do about it.
 */
export function compareCommands({ history, recorded, now }: CommandsOfHistory, record: string): void {
  const [before, after] = [recorded.split('\n'), now.split('\n')];
  const first = before.findIndex((command, index) => command !== after[index]);
  if (first === -1 && before.length === after.length) return;
  const at = first === -1 ? before.length - 1 : first;
  throw new Error(
    [
      `Command ${at + 1} of the replayed history "${history}" is another one than was recorded.`,
      `  recorded: ${before[at] || '(no more commands)'}`,
      `  now:      ${after[at] || '(no more commands)'}`,
      `If the change is meant, ${record}.`,
      'If it is not, mend it: runs that are open when it is deployed would break, or ask for something else than they did.',
    ].join('\n'),
  );
}
