import { DeterminismViolationError } from '@temporalio/workflow';
import { expectRecordedCommands } from './compare-commands.ts';
import { type BundleCode, bundleWithRecorder, readHistory, replayCommands } from './replay.ts';

/** Changes of code that would harm open runs, made on the bundle: the histories and their commands have to notice. */
let original: BundleCode;
beforeAll(async () => {
  original = await bundleWithRecorder();
});

describe('commands differ from the recorded ones, though the history replays, when', () => {
  test('the input of a step changes', async () => {
    const changed = mutate(original, /value: shard \* 10/, 'value: shard * 11');

    await expectDifference('success', changed, /now: .*"value":11/);
  });

  test('the delay before a retry changes in the workflow code', async () => {
    const slower = mutate(original, /sleep\)\(next\.delayMs\)/, 'sleep)(retry.delayMs * 2)');

    await expectDifference('retry', slower, /recorded: timer \{"ms":1000\}[\s\S]*now: +timer \{"ms":2000\}/);
  });

  test('the time limit of an activity changes', async () => {
    const longer = mutate(original, /startToCloseTimeout: '12 seconds'/, "startToCloseTimeout: '13 seconds'");

    await expectDifference('waiting', longer, /"startToCloseTimeout":"13 seconds"/);
  });

  test("the job's result changes", async () => {
    const other = mutate(original, /last: last\.value/, 'last: -1');

    await expectDifference('success', other, /recorded: local activity closeRun .*"last":3[\s\S]*now: .*"last":-1/);
  });
});

describe('the history does not replay when', () => {
  test('two steps of a job change places', async () => {
    const array = /const shards = await tasks\.work\.array\(size, [^;]+;/;
    const sum = /const last = await tasks\.sum\(\{\s+dir,\s+value: [^}]+\}\);/;
    const swapped = mutate(mutate(original, sum, ''), array, (found) => {
      return `const last = await tasks.sum({ dir, value: size }); ${found}`;
    });

    const replaying = replayCommands(swapped, await readHistory('success'));
    await expect(replaying).rejects.toThrow(DeterminismViolationError);
    await expect(replaying).rejects.toThrow('npm run histories');
  });

  test('the retry does not wait any more', async () => {
    const hasty = mutate(original, /await \(0,[\w.]+\.sleep\)\(next\.delayMs\);/, '');

    await expect(replayCommands(hasty, await readHistory('retry'))).rejects.toThrow(DeterminismViolationError);
  });

  test('a step is left out', async () => {
    const shorter = mutate(original, /const last = await tasks\.sum\([^;]+;/, 'const last = { value: 3 };');

    await expect(replayCommands(shorter, await readHistory('success'))).rejects.toThrow(DeterminismViolationError);
  });
});

test('an edit of the settings of a job changes nothing for runs that are open', async () => {
  const edited = mutate(original, /times: 1,\s+delay: '1 seconds'/, "times: 9, delay: '7 minutes'");

  await expectRecordedCommands('retry', await replayCommands(edited, await readHistory('retry')));
});

test('a change of a log event changes no command', async () => {
  const reworded = mutate(original, /'shards counted'/, "'shards counted again'");

  await expectRecordedCommands('success', await replayCommands(reworded, await readHistory('success')));
});

/** The bundle with one place of its code changed. */
function mutate({ code }: BundleCode, place: RegExp, by: string | ((found: string) => string)): BundleCode {
  const places = code.match(new RegExp(place, 'g')) ?? [];
  if (places.length !== 1) throw new Error(`The bundle has ${places.length} places like ${place}: adapt the mutation`);
  return { code: code.replace(place, typeof by === 'string' ? () => by : by) };
}

async function expectDifference(feature: string, bundle: BundleCode, message: RegExp): Promise<void> {
  const commands = await replayCommands(bundle, await readHistory(feature));
  const comparison = expectRecordedCommands(feature, commands);

  await expect(comparison).rejects.toThrow(message);
  await expect(comparison).rejects.toThrow('npm run histories');
}
