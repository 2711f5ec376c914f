import { localPlace } from '../../../local/stack/local-place.ts';
import { localPrincipals, workerAccessKey } from '../../../local/stack/local-principals.ts';
import { allows } from '../../../rights/allows.ts';
import { everyKind } from '../../rights/every-kind.ts';

const project = { name: 'shop', stage: 'local', timezone: 'UTC' };
const place = localPlace([everyKind], project, { region: 'ap-northeast-1' });
const principals = localPrincipals(place, [everyKind]);
const here = (service: string, resource: string) => `arn:aws:${service}:ap-northeast-1:000000000000:${resource}`;

function mayCall(key: string, action: string, resource: string): boolean {
  return allows(principals[key]?.policies ?? [], { action, resource });
}

test('the worker of local mode has the rights of both roles of workers', () => {
  const worker = workerAccessKey(place);

  expect(mayCall(worker, 'codebuild:StartBuild', here('codebuild', 'project/shop-local-every-kind-build'))).toBe(true);
  expect(mayCall(worker, 'lambda:InvokeFunction', here('lambda', 'function:shop-local-every-kind-lambda'))).toBe(true);
  expect(mayCall(worker, 'codebuild:StartBuild', here('codebuild', 'project/other'))).toBe(false);
});

test.each([
  ['shop/database', 'shop-local-every-kind-batch-execution'],
  ['shop/database', 'shop-local-every-kind-ecs-execution'],
  ['shop/database', 'shop-local-every-kind-build-build'],
  ['market/database', 'shop-local-every-kind-batch-task'],
])('in local mode the secret %s is read by %s, under its own name', (secret, key) => {
  const other = secret === 'shop/database' ? 'market/other' : 'shop/database';

  expect(mayCall(key, 'secretsmanager:GetSecretValue', here('secretsmanager', `secret:${secret}-a1b2c3`))).toBe(true);
  expect(mayCall(key, 'secretsmanager:GetSecretValue', here('secretsmanager', `secret:${other}-a1b2c3`))).toBe(false);
});
