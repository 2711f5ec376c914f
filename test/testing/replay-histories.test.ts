import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { recordCommands, replayHistories } from 'nightshift/testing';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Inside the repository, so that its imports of packages resolve; nobody else looks there.
const project = join(root, `.nightshift/histories-${process.pid}`);
const histories = join(project, 'histories');

beforeEach(() => {
  for (const folder of ['jobs', 'histories']) mkdirSync(join(project, folder), { recursive: true });
  const config = "import { defineConfig } from 'nightshift';\nexport default defineConfig({ name: 'histories' });\n";
  writeFileSync(join(project, 'nightshift.config.ts'), config);
  for (const kind of ['json', 'commands.txt']) {
    cpSync(join(root, `test/histories/success.${kind}`), join(histories, `success.${kind}`));
  }
});
afterEach(() => rmSync(project, { recursive: true, force: true }));

test("a project's histories replay with its jobs; what they ask for can be recorded anew", async () => {
  writeJob((code) => code);
  const recorded = readFileSync(join(histories, 'success.commands.txt'), 'utf8');

  expect(await replayHistories(histories, { project })).toEqual(['success']);

  rmSync(join(histories, 'success.commands.txt'));
  await expect(replayHistories(histories, { project })).rejects.toThrow('call recordCommands(');
  await recordCommands(histories, { project });
  expect(readFileSync(join(histories, 'success.commands.txt'), 'utf8')).toBe(recorded);
});

test('a changed job is refused with the command that differs, and what to do', async () => {
  writeJob((code) => code.replace('value: shard * 10', 'value: shard * 11'));

  const replayed = replayHistories(histories, { project });

  await expect(replayed).rejects.toThrow(/history "success" [\s\S]*recorded: .*"value":10[\s\S]*now: .*"value":11/);
  await expect(replayed).rejects.toThrow('recordCommands(');
});

test('a folder without histories is an error', async () => {
  rmSync(join(histories, 'success.json'));

  await expect(replayHistories(histories, { project })).rejects.toThrow('holds no history');
});

/** The tests' job of the recorded run, changed. */
function writeJob(change: (code: string) => string): void {
  const code = readFileSync(join(root, 'test/support/jobs/work.ts'), 'utf8');
  const [head = ''] = code.split('/** One single job. */');
  const start = code.indexOf('/** An array, then a single job that counts what came back. */');
  const end = code.indexOf('});\n', code.indexOf('return { records: shards.length', start)) + 4;
  writeFileSync(join(project, 'jobs/fan.ts'), change(`${head}${code.slice(start, end)}`));
}
