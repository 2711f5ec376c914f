import { type AskedCall, allows } from '../../rights/allows.ts';
import type { PolicyDocument, PolicyStatement } from '../../rights/statement.ts';

const call: AskedCall = {
  action: 'ecs:RunTask',
  resource: 'arn:aws:ecs:ap-northeast-1:123456789012:task-definition/prices:3',
  context: { 'ecs:cluster': 'arn:aws:ecs:ap-northeast-1:123456789012:cluster/night' },
};
const { resource } = call;

function policy(...statements: Partial<PolicyStatement>[]): PolicyDocument {
  const whole = statements.map((one): PolicyStatement => ({ Effect: 'Allow', Action: '*', Resource: '*', ...one }));
  return { Version: '2012-10-17', Statement: whole };
}

test.each<[string, boolean, Partial<PolicyStatement>]>([
  ['the action itself', true, { Action: 'ecs:RunTask' }],
  ['the action in other letters', true, { Action: 'ECS:runtask' }],
  ['one action of several', true, { Action: ['ecs:StopTask', 'ecs:RunTask'] }],
  ['a pattern for the action', true, { Action: 'ecs:Run*' }],
  ['another action', false, { Action: 'ecs:RunTas' }],
  ['the resource itself', true, { Resource: resource }],
  ['any revision', true, { Resource: resource.replace(/3$/, '*') }],
  ['a revision of one digit', true, { Resource: resource.replace(/3$/, '?') }],
  ['a name that is only the beginning', false, { Resource: resource.replace(/:3$/, '') }],
  ['the resource in other letters', false, { Resource: resource.toUpperCase() }],
  ['a dot, which is no wildcard', false, { Resource: resource.replace('prices', 'pric.s') }],
])('a statement with %s: %s', (_, allowed, statement) => {
  expect(allows([policy(statement)], call)).toBe(allowed);
});

const cluster = 'arn:aws:ecs:ap-northeast-1:123456789012:cluster/night';

test.each<[string, boolean, NonNullable<PolicyStatement['Condition']>]>([
  ['the value', true, { StringEquals: { 'ecs:cluster': cluster } }],
  ['one of several values', true, { StringEquals: { 'ecs:cluster': ['x', cluster] } }],
  ['the key in other letters', true, { StringEquals: { 'ECS:Cluster': cluster } }],
  ['another value', false, { StringEquals: { 'ecs:cluster': `${cluster}s` } }],
  ['a pattern where none is taken', false, { StringEquals: { 'ecs:cluster': '*' } }],
  ['a pattern', true, { StringLike: { 'ecs:cluster': '*/night' } }],
  ['an ARN with a pattern in its last part', true, { ArnLike: { 'ecs:cluster': 'arn:aws:ecs:*:*:cluster/*' } }],
  ['an ARN whose star would reach over colons', false, { ArnEquals: { 'ecs:cluster': 'arn:*:cluster/night' } }],
  ['a key that the call does not have', false, { StringEquals: { 'aws:RequestTag/owner': 'x' } }],
  ['the same, if it exists', true, { StringEqualsIfExists: { 'aws:RequestTag/owner': 'x' } }],
  ['another value, if it exists', false, { StringEqualsIfExists: { 'ecs:cluster': 'x' } }],
  ['a key that must be there, and is', true, { Null: { 'ecs:cluster': 'false' } }],
  ['a key that must be there, and is not', false, { Null: { 'aws:ResourceTag/owner': 'false' } }],
  [
    'two conditions, of which one holds',
    false,
    { StringEquals: { 'ecs:cluster': cluster }, Null: { 'ecs:cluster': 'true' } },
  ],
])('a condition with %s: %s', (_, allowed, Condition) => {
  expect(allows([policy({ Condition })], call)).toBe(allowed);
});

test('what one policy denies, no other allows; what none allows is not allowed', () => {
  expect(allows([policy({}), policy({ Effect: 'Deny', Action: 'ecs:*' })], call)).toBe(false);
  expect(allows([policy({}), policy({ Effect: 'Deny', Action: 's3:*' })], call)).toBe(true);
  expect(allows([], call)).toBe(false);
});

test('an unknown condition operator is an error, not a guess', () => {
  expect(() => allows([policy({ Condition: { Bool: { 'ecs:cluster': 'true' } } })], call)).toThrow(/Bool is not known/);
});
