import { type CallExpression, type Node, parse } from 'acorn';
import { ancestor } from 'acorn-walk';
import type { RegisteredJob } from './job-registry.ts';

/** A `withLock` with a name that can be read in the job's code. */
interface FoundCall {
  name: string;
  /** Names of those around it, outermost first. */
  inside: string[];
}

/**
 * `withLock` calls that are refused in every run: of a lock that the run holds already, or of one whose name comes before
 * one that it holds. Only names that are written out are seen; the others are found when the run comes to them.
 */
export function withLockProblems({ job, file }: RegisteredJob): string[] {
  const list = (job.locks ?? []).map((lock) => lock.name);
  return callsIn(String(job.run)).flatMap(({ name, inside }) => {
    const where = `${file}: ${job.id}: run: withLock("${name}")`;
    if (list.includes(name))
      return [`${where} takes a lock that the job's locks hold already; take one of the two out`];
    if (inside.includes(name)) return [`${where} stands inside itself; take the inner one out`];
    const later = [...list, ...inside].find((other) => other > name);
    if (later === undefined) return [];
    return [`${where} comes while "${later}" is held; locks are taken in alphabetical order, so take "${name}" first`];
  });
}

/** The code as the process has it: types are gone. What cannot be read has no problems here. */
function callsIn(source: string): FoundCall[] {
  const calls: FoundCall[] = [];
  ancestor(treeOf(source), {
    CallExpression(node, _, ancestors) {
      const name = lockOf(node);
      if (name === undefined) return;
      const around = ancestors.slice(0, -1).map((outer) => (isCall(outer) ? lockOf(outer) : undefined));
      calls.push({ name, inside: around.filter((outer) => outer !== undefined) });
    },
  });
  return calls;
}

/** A method is no expression of its own, but is one in an object. */
function treeOf(source: string): Node {
  for (const text of [`({ ${source} })`, `(${source})`]) {
    try {
      return parse(text, { ecmaVersion: 'latest' });
    } catch {
      // It is the other form, or none that is known.
    }
  }
  return parse('', { ecmaVersion: 'latest' });
}

function isCall(node: Node): node is CallExpression {
  return node.type === 'CallExpression';
}

/** The name that a `withLock` call writes out; undefined for any other call. */
function lockOf({ callee, arguments: [first] }: CallExpression): string | undefined {
  const called = callee.type === 'MemberExpression' ? callee.property : callee;
  if (called.type !== 'Identifier' || called.name !== 'withLock') return undefined;
  if (first?.type === 'Literal') return typeof first.value === 'string' ? first.value : undefined;
  if (first?.type !== 'ObjectExpression') return undefined;
  for (const property of first.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.key.name !== 'name') continue;
    if (property.value.type === 'Literal' && typeof property.value.value === 'string') return property.value.value;
  }
  return undefined;
}
