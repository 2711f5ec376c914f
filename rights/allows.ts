import type { Conditions, PolicyDocument, PolicyStatement } from './statement.ts';

/** A call as IAM sees it. */
export interface AskedCall {
  /** `batch:SubmitJob`. */
  action: string;
  /** The ARN that it is about, or `*` where the action has no resource. */
  resource: string;
  /** Condition keys of the call, such as `ecs:cluster`; the case of a key does not matter. Default: none. */
  context?: Record<string, string | string[]>;
}

/** The condition operators that are known here, each also as `...IfExists`. */
export const conditionOperators = ['Null', 'StringEquals', 'StringLike', 'ArnLike', 'ArnEquals'] as const;

/**
 * Whether policies allow a call, as IAM decides for policies of an identity: some statement allows it, and none denies it.
 * Throws for a condition operator that is not known here.
 */
export function allows(policies: readonly PolicyDocument[], call: AskedCall): boolean {
  const fitting = policies.flatMap(({ Statement }) => [Statement].flat().filter((statement) => fits(statement, call)));
  return fitting.some(({ Effect }) => Effect === 'Allow') && !fitting.some(({ Effect }) => Effect === 'Deny');
}

function fits(statement: PolicyStatement, { action, resource, context = {} }: AskedCall): boolean {
  return (
    // Actions are compared without case, ARNs with it. Source: IAM, policy elements.
    list(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    list(statement.Resource).some((pattern) => matches(pattern, resource)) &&
    holds(statement.Condition ?? {}, context)
  );
}

function holds(conditions: Conditions, context: Record<string, string | string[]>): boolean {
  const known = new Map(Object.entries(context).map(([key, value]) => [key.toLowerCase(), list(value)]));
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => compare(operator, known.get(key.toLowerCase()), list(wanted))),
  );
}

function compare(operator: string, given: string[] | undefined, wanted: string[]): boolean {
  const plain = operator.replace(/IfExists$/, '');
  if (given === undefined && plain !== operator) return true;
  const some = (test: (value: string, pattern: string) => boolean) =>
    (given ?? []).some((value) => wanted.some((pattern) => test(value, pattern)));
  switch (plain) {
    case 'Null':
      return wanted.includes(String(given === undefined));
    case 'StringEquals':
      return some((value, pattern) => value === pattern);
    case 'StringLike':
      return some((value, pattern) => matches(pattern, value));
    case 'ArnLike':
    case 'ArnEquals':
      return some((value, pattern) => arnMatches(pattern, value));
    default:
      throw new Error(`The condition operator ${operator} is not known here`);
  }
}

/** Part by part: in a condition a `*` does not reach over a colon, but for the last part, the resource. */
function arnMatches(pattern: string, value: string): boolean {
  const [patterns, values] = [partsOfArn(pattern), partsOfArn(value)];
  return patterns.length === values.length && patterns.every((part, index) => matches(part, values[index] ?? ''));
}

function partsOfArn(arn: string): string[] {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` stands for any characters, `?` for one. */
function matches(pattern: string, value: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(value);
}

function list(value: string | string[]): string[] {
  return Array.isArray(value) ? value : [value];
}
