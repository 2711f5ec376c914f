import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { exitCodes } from '../../cli/exit-codes.ts';
import { codesIn, firstColumn, root, rowsOf, sectionOf, textOf } from './documents.ts';

const operations = textOf('docs/operations.md');

test('the document lists every variable that the settings know', () => {
  const [, table = ''] = /const variables = \{\n([\s\S]+?)\n\} as const/.exec(textOf('config/settings.ts')) ?? [];
  const known = [...table.matchAll(/^ {2}([A-Z_]+): \{$/gm)].map(([, name]) => name);

  expect(known.length).toBeGreaterThan(3);
  expect(firstColumn(sectionOf(operations, 'Environment')).sort()).toEqual(known.sort());
});

test('the document lists every event that workers log, and no other', () => {
  const logged = sourcesOf('engine', 'watcher', 'workers', 'triggers/webhook').flatMap((source) =>
    [...source.matchAll(/log\.(?:info|warn|error)\(\s*'([^']+)'/g)].map(([, event = '']) => event),
  );
  // A whole cycle that failed is logged under the loop's own name.
  const listed = firstColumn(sectionOf(operations, 'Log')).filter((event) => event !== 'check attempts failed');

  expect(listed.sort()).toEqual([...new Set(logged)].sort());
});

test('the document names every loop of a worker', () => {
  const loops = sourcesOf('watcher', 'workers').flatMap((source) =>
    [...source.matchAll(/startLoop\('([^']+)'/g)].map(([, name = '']) => name),
  );

  expect(loops.length).toBeGreaterThan(4);
  for (const loop of loops) expect(sectionOf(operations, 'Log')).toContain(`\`${loop}\``);
});

test('the document lists every rule that raises an alert', () => {
  const raised = sourcesOf('engine', 'watcher').flatMap((source) =>
    [...source.matchAll(/rule: (?:second \? )?'(\w+)'(?: : '(\w+)')?/g)].flatMap(([, one = '', other]) => [
      one,
      ...(other ? [other] : []),
    ]),
  );
  const listed = firstColumn(sectionOf(operations, 'Alerts'));

  expect(listed).toEqual(expect.arrayContaining(raised));
  expect(listed).toEqual(expect.arrayContaining(['failed', 'timedOut', 'notRun', 'fewRecords', 'slow']));
});

test('every exit code has its line', () => {
  const listed = rowsOf(sectionOf(textOf('docs/command-line.md'), 'Exit codes')).map(([code]) => Number(code));

  expect(listed).toEqual(Object.values(exitCodes).sort());
});

test('every table of the database is in the architecture', () => {
  const created = readdirSync(path.join(root, 'store/migrations')).flatMap((file) =>
    [...textOf(`store/migrations/${file}`).matchAll(/^create table (\w+)/gm)].map(([, name = '']) => name),
  );
  const section = sectionOf(textOf('docs/architecture.md'), 'Tables and moves');

  expect(
    rowsOf(section)
      .flatMap(([name = '']) => codesIn(name))
      .sort(),
  ).toEqual(created.sort());
});

function sourcesOf(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(path.join(root, folder, name), 'utf8')),
  );
}
