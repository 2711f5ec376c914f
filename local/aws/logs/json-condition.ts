/** A test on a parsed message. */
export type JsonCondition = (value: unknown) => boolean;

/** Gets the selected part; undefined when it is not there. */
export type Selector = (value: unknown) => unknown;

/** What a field is compared with; text may begin or end with `*`. */
export interface PatternValue {
  kind: 'text' | 'number';
  text: string;
}

/** Compiles a selector such as `$.user.tags[0]` or `$['odd name']`. */
export function selectorOf(text: string): Selector {
  const path = [...text.matchAll(/\.([\w@:*-]+)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/g)].map(
    (part) => part[1] ?? part[2] ?? part[3] ?? part[4] ?? '',
  );
  return (value) => {
    let selected = value;
    for (const key of path) {
      if (typeof selected !== 'object' || selected === null || !Object.hasOwn(selected, key)) return undefined;
      selected = (selected as Record<string, unknown>)[key];
    }
    return selected;
  };
}

/** Tests for presence, null, and the two booleans. */
export function presenceOf(select: Selector, test: 'EXISTS' | 'NOT EXISTS' | 'NULL' | 'TRUE' | 'FALSE'): JsonCondition {
  switch (test) {
    case 'EXISTS':
      return (value) => select(value) !== undefined;
    case 'NOT EXISTS':
      return (value) => select(value) === undefined;
    case 'NULL':
      return (value) => select(value) === null;
    case 'TRUE':
      return (value) => select(value) === true;
    case 'FALSE':
      return (value) => select(value) === false;
  }
}

/** Compares a field; a field that is not there never matches, not even `!=`. Undefined if the operator does not fit. */
export function comparisonOf(select: Selector, operator: string, expected: PatternValue): JsonCondition | undefined {
  return expected.kind === 'number'
    ? compareNumber(select, operator, Number(expected.text))
    : compareText(select, operator, expected.text);
}

function compareNumber(select: Selector, operator: string, expected: number): JsonCondition | undefined {
  const compare = numberOperators[operator];
  if (!compare) return undefined;
  return (value) => {
    const actual = select(value);
    return typeof actual === 'number' && compare(actual, expected);
  };
}

const numberOperators: Record<string, (actual: number, expected: number) => boolean> = {
  '=': (actual, expected) => actual === expected,
  '!=': (actual, expected) => actual !== expected,
  '<': (actual, expected) => actual < expected,
  '<=': (actual, expected) => actual <= expected,
  '>': (actual, expected) => actual > expected,
  '>=': (actual, expected) => actual >= expected,
};

function compareText(select: Selector, operator: string, expected: string): JsonCondition | undefined {
  if (operator !== '=' && operator !== '!=') return undefined;
  const isLike = wildcardOf(expected);
  return (value) => {
    const actual = select(value);
    if (actual === undefined) return false;
    return (typeof actual === 'string' && isLike(actual)) === (operator === '=');
  };
}

function wildcardOf(pattern: string): (text: string) => boolean {
  if (!pattern.includes('*')) return (text) => text === pattern;
  const source = pattern
    .split('*')
    .map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('.*');
  const expression = new RegExp(`^${source}$`, 's');
  return (text) => expression.test(text);
}
