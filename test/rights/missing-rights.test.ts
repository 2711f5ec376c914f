import { missingRights } from '../../rights/missing-rights.ts';
import { type PolicyDocument, policyDocument, type Statement } from '../../rights/statement.ts';

const definitions = 'arn:aws:batch:ap-northeast-1:123456789012:job-definition/prices:*';
const queue = 'arn:aws:batch:ap-northeast-1:123456789012:job-queue/night';
const submit: Statement = {
  ...{ sid: 'SubmitJobs', actions: ['batch:SubmitJob', 'batch:TagResource'] },
  ...{ resources: [definitions, queue], neededBy: ['morning/prices'] },
};
const secret: Statement = {
  ...{ sid: 'ReadSecrets', actions: ['secretsmanager:GetSecretValue'] },
  ...{ resources: ['arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop-??????'], neededBy: ['a/b'] },
};
const pass: Statement = {
  ...{ sid: 'PassRoles', actions: ['iam:PassRole'], resources: ['arn:aws:iam::123456789012:role/task'] },
  ...{ conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }, neededBy: ['a/b'] },
};

/** The policy of a statement, as somebody has changed it. */
function given(statement: Statement, changes: Partial<Statement> = {}): PolicyDocument {
  return policyDocument([{ ...statement, ...changes }]);
}

test('what is derived lacks nothing of itself', () => {
  expect(missingRights([submit, secret, pass], [policyDocument([submit, secret, pass])])).toEqual([]);
});

test('what is missing is named by action and resource, with why it is needed', () => {
  const policies = [given(submit, { resources: [queue] }), given(submit, { actions: ['batch:SubmitJob'] })];

  expect(missingRights([submit], policies)).toEqual([
    { ...submit, actions: ['batch:TagResource'], resources: [definitions] },
  ]);
  expect(missingRights([submit, pass], [given(submit)])).toEqual([pass]);
});

test.each([
  ['one revision in place of all', submit, { resources: [definitions.replace(/\*$/, '1'), queue] }],
  ['revisions of one digit', submit, { resources: [definitions.replace(/\*$/, '?'), queue] }],
  [
    'one secret of that length in place of any',
    secret,
    { resources: [secret.resources[0]?.replaceAll('?', 'a') ?? ''] },
  ],
  [
    'another service to pass to',
    pass,
    { conditions: { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } } },
  ],
  ['a condition more', pass, { conditions: { ...pass.conditions, Null: { 'aws:RequestTag/x': 'false' } } }],
])('a policy that allows less is found: %s', (_, statement, changes) => {
  expect(missingRights([statement], [given(statement, changes)])).toHaveLength(1);
});

test.each([
  ['any name', submit, { resources: ['arn:aws:batch:*:123456789012:*'] }],
  ['a star', submit, { actions: ['batch:*'], resources: ['*'] }],
  ['no condition', pass, { conditions: {} }],
  ['a longer pattern', secret, { resources: ['arn:aws:secretsmanager:*:secret:shop-*'] }],
])('a policy that allows more is enough: %s', (_, statement, changes) => {
  expect(missingRights([statement], [given(statement, changes)])).toEqual([]);
});

test('an action without resources is allowed by a star alone', () => {
  const list: Statement = { sid: 'List', actions: ['batch:ListJobs'], resources: ['*'], neededBy: ['a/b'] };

  expect(missingRights([list], [given(list, { resources: [queue] })])).toEqual([list]);
});
