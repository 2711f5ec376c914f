import { existsSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root, sectionOf, textOf } from './documents.ts';

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  ...['architecture', 'glossary', 'job-reference', 'operations', 'failures', 'command-line', 'apps'].map(
    (name) => `docs/${name}.md`,
  ),
];

test('the job of the README compiles, and a wrong task name, output or Fargate size in it does not', () => {
  const example = exampleOf('README.md');
  const [right, ...wrong] = problemsOf([
    example,
    example.replace('tasks.publish(', 'tasks.publsh('),
    example.replace('shard.rows', 'shard.lines'),
    example.replace("memory: '2 GB'", "memory: '9 GB'"),
  ]);

  expect(right).toEqual([]);
  for (const problems of wrong) expect(problems.length).toBeGreaterThan(0);
});

test('the map of the README lists folders that exist', () => {
  const folders = [...sectionOf(textOf('README.md'), 'Map').matchAll(/^\| \[(.+?)\]\((.+?)\)/gm)];

  expect(folders.length).toBeGreaterThan(10);
  for (const [, name, link] of folders)
    expect([name, link, existsSync(path.join(root, link ?? ''))]).toEqual([name, name, true]);
});

test.each(documents)('the links of %s lead to files and headings that exist', (document) => {
  const broken = [...textOf(document).matchAll(/\]\((?!https?:)([^)]+)\)/g)]
    .map(([, link = '']) => link)
    .filter((link) => !leadsSomewhere(document, link));

  expect(broken).toEqual([]);
});

function leadsSomewhere(document: string, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? document : path.join(path.dirname(document), file);
  if (!existsSync(path.join(root, target))) return false;
  if (anchor === undefined) return true;
  const anchors = [...textOf(target).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 -]/g, '')
      .replaceAll(' ', '-'),
  );
  return anchors.includes(anchor);
}

function exampleOf(document: string): string {
  const [, code] = /```ts\n([\s\S]+?)```/.exec(textOf(document)) ?? [];
  if (code === undefined) throw new Error(`${document} has no ts block`);
  return code;
}

/** What the compiler says of each text as if it were a job file of this repository. One program, since loading the types takes longest. */
function problemsOf(codes: string[]): string[][] {
  const files = new Map(codes.map((code, index) => [path.join(root, `jobs/readme-example-${index}.ts`), code]));
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, files: [], include: [] }, ts.sys, root);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) => {
    const code = files.get(name);
    return code === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, code, ts.ScriptTarget.ES2023, true);
  };
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  const program = ts.createProgram([...files.keys()], { ...options, types: [] }, host);
  return [...files.keys()].map((name) => {
    const source = program.getSourceFile(name);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  });
}
