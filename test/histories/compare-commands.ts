import { readFile } from 'node:fs/promises';
import { advice } from './advice.ts';
import { fileOf } from './replay.ts';

/**
 * Compares what a replay asks for with what was recorded.
 * @throws Error that shows the first command that differs and says what to do about it.
 */
export async function expectRecordedCommands(feature: string, commands: string): Promise<void> {
  const recorded = (await readFile(fileOf(feature, 'commands.txt'), 'utf8')).split('\n');
  const now = commands.split('\n');
  const first = recorded.findIndex((command, index) => command !== now[index]);
  if (first === -1 && recorded.length === now.length) return;
  const at = first === -1 ? recorded.length - 1 : first;
  throw new Error(
    [
      `Command ${at + 1} of the replayed history "${feature}" is another one than was recorded.`,
      `  recorded: ${recorded[at] || '(no more commands)'}`,
      `  now:      ${now[at] || '(no more commands)'}`,
      advice,
    ].join('\n'),
  );
}
