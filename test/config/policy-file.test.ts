import { join } from 'node:path';
import { readPolicy } from '../../config/policy-file.ts';
import { errorOf, project, removeProjects } from './project.ts';

afterAll(removeProjects);

async function fileWith(content: string): Promise<string> {
  return join(await project({ 'policy.json': content }), 'policy.json');
}

test('a policy is read as AWS writes it: one statement without brackets, values that are no texts', async () => {
  const one =
    '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Null":{"s3:prefix":false}}}}';

  expect(await readPolicy(await fileWith(one))).toEqual({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Null: { 's3:prefix': 'false' } } }],
  });
});

const statement = (changes: object) => ({ Statement: [{ Effect: 'Allow', Action: '*', Resource: '*', ...changes }] });

test.each<[string, object | string, RegExp]>([
  ['no JSON', '{', /is not right:\n {2}is not JSON: /],
  ['a list', [], /is no policy document; write {"Version": "2012-10-17", "Statement"/],
  ['no statements', { PolicyDocument: {} }, /Statement: /],
  ['another version', { Version: '2008-10-17', ...statement({}) }, /Version: write "2012-10-17"/],
  ['no effect', statement({ Effect: 'allow' }), /Statement\.0\.Effect: write "Allow" or "Deny"/],
  ['no action', statement({ Action: [] }), /Statement\.0\.Action: write an action, such as "iam:PassRole"/],
  [
    'a Deny under a condition',
    statement({ Effect: 'Deny', Condition: { StringEquals: { 'aws:RequestedRegion': 'ap-northeast-1' } } }),
    /Statement\.0\.Condition: a Deny under a condition cannot be judged; take the statement out/,
  ],
  ['NotAction', statement({ NotAction: '*' }), /Statement\.0\.NotAction: NotAction is not read here/],
  ['a principal', statement({ Principal: '*' }), /Statement\.0: .*Principal/],
  [
    'an operator that is not known',
    statement({ Condition: { Bool: { a: true } } }),
    /the operator Bool cannot be judged; known are Null, StringEquals/,
  ],
])('%s is refused, with what to write', async (_, content, message) => {
  const file = await fileWith(typeof content === 'string' ? content : JSON.stringify(content));

  expect((await errorOf(readPolicy(file))).message).toMatch(message);
});

test('a file that is not there is named', async () => {
  expect((await errorOf(readPolicy('nothing.json'))).message).toMatch(
    /policy nothing\.json is not right:\n {2}cannot be read \(ENOENT\)/,
  );
});
