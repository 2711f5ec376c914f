import { invalidParameter } from '../aws-error.ts';
import { comparisonOf, type JsonCondition, type PatternValue, presenceOf, selectorOf } from './json-condition.ts';

/**
 * Parses `{ ($.a.b = "x*" || $.n >= 3) && $.c NOT EXISTS }`. Throws InvalidParameterException for anything that is
 * no such pattern. `&&` binds closer than `||`.
 */
export function parseJsonPattern(pattern: string): JsonCondition {
  if (!pattern.endsWith('}')) throw invalid(pattern, 'it does not end with }');
  const reader = createReader(pattern, tokenize(pattern));
  const condition = readAny(reader);
  if (reader.peek() !== undefined) throw invalid(pattern, `unexpected ${reader.peek()}`);
  return condition;
}

interface Reader {
  peek(): string | undefined;
  next(): string;
  fail(reason: string): Error;
}

const tokenPattern =
  /\s*(&&|\|\||[()]|!=|<=|>=|=|<|>|"(?:[^"\\]|\\.)*"|\$(?:\.[\w@:*-]+|\[\d+\]|\['[^']*'\]|\["[^"]*"\])+|[^\s=!<>()&|"$]+)/y;

function tokenize(pattern: string): string[] {
  const body = pattern.slice(1, -1).trim();
  const tokens: string[] = [];
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < body.length) {
    const at = tokenPattern.lastIndex;
    const token = tokenPattern.exec(body)?.[1];
    if (token === undefined) throw invalid(pattern, `cannot read ${body.slice(at, at + 20)}`);
    tokens.push(token);
  }
  return tokens;
}

function createReader(pattern: string, tokens: string[]): Reader {
  let position = 0;
  return {
    peek: () => tokens[position],
    next() {
      const token = tokens[position];
      if (token === undefined) throw invalid(pattern, 'it ends too early');
      position += 1;
      return token;
    },
    fail: (reason) => invalid(pattern, reason),
  };
}

function readAny(reader: Reader): JsonCondition {
  const conditions = [readAll(reader)];
  while (reader.peek() === '||') {
    reader.next();
    conditions.push(readAll(reader));
  }
  return (value) => conditions.some((condition) => condition(value));
}

function readAll(reader: Reader): JsonCondition {
  const conditions = [readOne(reader)];
  while (reader.peek() === '&&') {
    reader.next();
    conditions.push(readOne(reader));
  }
  return (value) => conditions.every((condition) => condition(value));
}

function readOne(reader: Reader): JsonCondition {
  const token = reader.next();
  if (token === '(') {
    const condition = readAny(reader);
    if (reader.next() !== ')') throw reader.fail('a ) is missing');
    return condition;
  }
  if (!token.startsWith('$')) throw reader.fail(`expected a selector such as $.name, got ${token}`);
  return readTest(reader, token);
}

function readTest(reader: Reader, selectorText: string): JsonCondition {
  const select = selectorOf(selectorText);
  const operator = reader.next();
  switch (operator.toUpperCase()) {
    case 'EXISTS':
      return presenceOf(select, 'EXISTS');
    case 'NOT':
      if (reader.next().toUpperCase() !== 'EXISTS') throw reader.fail('expected NOT EXISTS');
      return presenceOf(select, 'NOT EXISTS');
    case 'IS':
      return readIs(reader, select);
    default:
      return readComparison(reader, select, operator);
  }
}

function readIs(reader: Reader, select: (value: unknown) => unknown): JsonCondition {
  const word = reader.next().toUpperCase();
  if (word !== 'NULL' && word !== 'TRUE' && word !== 'FALSE')
    throw reader.fail(`expected NULL, TRUE or FALSE, got ${word}`);
  return presenceOf(select, word);
}

function readComparison(reader: Reader, select: (value: unknown) => unknown, operator: string): JsonCondition {
  const value = readValue(reader);
  const condition = comparisonOf(select, operator, value);
  if (!condition) throw reader.fail(`${operator} does not go with ${value.kind} ${value.text}`);
  return condition;
}

function readValue(reader: Reader): PatternValue {
  const token = reader.next();
  if (token.startsWith('"')) return { kind: 'text', text: token.slice(1, -1).replace(/\\(.)/g, '$1') };
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(token)) return { kind: 'number', text: token };
  if (/^[\w.*:/-]+$/.test(token)) return { kind: 'text', text: token };
  throw reader.fail(`expected a value, got ${token}`);
}

function invalid(pattern: string, reason: string): Error {
  return invalidParameter(`Invalid filter pattern: ${reason} [pattern=${pattern}]`);
}
