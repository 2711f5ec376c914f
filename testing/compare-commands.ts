/** The commands of one history: as they were recorded, and as its replay asks for them now. */
export interface CommandsOfHistory {
  /** The history's name. */
  history: string;
  recorded: string;
  now: string;
}

/**
 * Compares what a replay asks for with what was recorded.
 * @throws Error that shows the first command that differs, and ends with the advice.
 */
export function compareCommands({ history, recorded, now }: CommandsOfHistory, advice: string): void {
  const [before, after] = [recorded.split('\n'), now.split('\n')];
  const first = before.findIndex((command, index) => command !== after[index]);
  if (first === -1 && before.length === after.length) return;
  const at = first === -1 ? before.length - 1 : first;
  throw new Error(
    [
      `Command ${at + 1} of the replayed history "${history}" is another one than was recorded.`,
      `  recorded: ${before[at] || '(no more commands)'}`,
      `  now:      ${after[at] || '(no more commands)'}`,
      advice,
    ].join('\n'),
  );
}
