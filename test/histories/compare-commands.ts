import { readFile } from 'node:fs/promises';
import { compareCommands } from '../../testing/compare-commands.ts';
import { fileOf } from './replay.ts';

/**
 * Compares what a replay asks for with what was recorded.
 * @throws Error that shows the first command that differs and says what to do about it.
 */
export async function expectRecordedCommands(feature: string, commands: string): Promise<void> {
  const recorded = await readFile(fileOf(feature, 'commands.txt'), 'utf8');
  const record = 'run `npm run histories` and review the difference of test/histories/';
  compareCommands({ history: feature, recorded, now: commands }, record);
}
