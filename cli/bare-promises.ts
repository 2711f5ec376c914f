import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { type AnyNode, type CallExpression, parse } from 'acorn';
import { full } from 'acorn-walk';
import { transform } from 'esbuild';

/** The combinators that a job should not use over its task calls. */
const combinators = new Set(['all', 'allSettled', 'race', 'any']);

/** What stands for work in a run's context: its tasks, and the calls that start or hold work themselves. */
const starters = new Set(['tasks', 'runJob', 'parallel', 'withLock']);

/**
 * Finds `Promise.all`, `allSettled`, `race` and `any` over task calls in job files, also when the calls stand in a
 * variable or a function of the same file. Gives a line for each: file, line, what to write instead.
 */
export async function barePromises(directory: string, files: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const file of files) {
    const source = await readFile(join(directory, file), 'utf8');
    for (const { line, name } of await findBarePromises(source)) {
      problems.push(`${file}:${line}: uses Promise.${name} over task calls; ${insteadOf(name)}`);
    }
  }
  return problems;
}

function insteadOf(name: string): string {
  const branches = 'parallel({ left: () => tasks.a(), right: () => tasks.b() })';
  switch (name) {
    case 'all':
      return `the first failure would hide the others; write await ${branches}, which waits for all and names every failure`;
    case 'allSettled':
      return `write await ${branches}, which waits for all and throws one error that names every failure`;
    default:
      return `the calls that lose would go on unwatched; write await ${branches}, and { onFailure: 'cancel' } to stop the others when one fails`;
  }
}

/** Places in the TypeScript source, in their order. */
async function findBarePromises(source: string): Promise<{ line: number; name: string }[]> {
  const { code, map } = await transform(source, {
    loader: 'ts',
    sourcemap: 'external',
    format: 'esm',
    target: 'es2023',
  });
  const lines = new SourceMap(JSON.parse(map));
  const program = parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true });
  const working = namesOfWork(program);
  const found: { line: number; name: string }[] = [];
  full(program, (node) => {
    const name = combinatorOf(node as AnyNode);
    if (name === undefined || !(node as CallExpression).arguments.some((each) => holdsWork(each, working))) return;
    const { line, column } = (node as CallExpression).loc?.start ?? { line: 1, column: 0 };
    const entry = lines.findEntry(line - 1, column);
    found.push({ line: 'originalLine' in entry ? entry.originalLine + 1 : line, name });
  });
  return found.sort((a, b) => a.line - b.line);
}

/** `all` for `Promise.all(...)`; undefined for every other node. */
function combinatorOf(node: AnyNode): string | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { object, property } = node.callee;
  if (object.type !== 'Identifier' || object.name !== 'Promise' || property.type !== 'Identifier') return undefined;
  return combinators.has(property.name) ? property.name : undefined;
}

/** Names of the file that stand for work: variables and functions whose code calls a task, and lists that calls are put into. */
function namesOfWork(program: AnyNode): ReadonlySet<string> {
  const names = new Set(starters);
  for (let before = 0; before !== names.size; ) {
    before = names.size;
    full(program, (visited) => {
      const node = visited as AnyNode;
      if (node.type === 'VariableDeclarator' && node.init != null && holdsWork(node.init, names)) bind(node.id, names);
      if (node.type === 'FunctionDeclaration' && node.id != null && holdsWork(node.body, names))
        names.add(node.id.name);
      if (node.type === 'CallExpression' && isPush(node) && node.arguments.some((each) => holdsWork(each, names))) {
        bind((node.callee as Extract<AnyNode, { type: 'MemberExpression' }>).object, names);
      }
    });
  }
  return names;
}

function isPush(node: CallExpression): boolean {
  const { callee } = node;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier' && callee.property.name === 'push';
}

/** The names that a declaration binds. What was awaited is a result, no work any more. */
function bind(pattern: AnyNode, names: Set<string>): void {
  if (pattern.type === 'Identifier') names.add(pattern.name);
  if (pattern.type === 'ObjectPattern') {
    for (const property of pattern.properties) if (property.type === 'Property') bind(property.value, names);
  }
  if (pattern.type === 'ArrayPattern')
    for (const element of pattern.elements) if (element !== null) bind(element, names);
}

/** True when the code refers to work; an `await` turns work into a result, unless it stands in a function of its own. */
function holdsWork(node: AnyNode, names: ReadonlySet<string>): boolean {
  if (node.type === 'AwaitExpression') return false;
  let holds = false;
  full(node, (visited) => {
    const each = visited as AnyNode;
    if (each.type === 'Identifier' && names.has(each.name)) holds = true;
  });
  return holds;
}
