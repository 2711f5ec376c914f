import { stagePlace } from '../../config/stage-place.ts';

const secret = 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/database-AbCdEf';
const prod = { region: 'ap-northeast-1', accountId: '123456789012', secrets: { 'shop/database': secret } };

test('a stage is a place with what is there already', () => {
  const place = stagePlace({ name: 'shop', stages: { prod } }, 'prod');

  expect(place).toMatchObject({ project: 'shop', stage: 'prod', region: 'ap-northeast-1', accountId: '123456789012' });
  expect(place.existing).toMatchObject({ secrets: { 'shop/database': secret }, buckets: {} });
});

test('an unknown stage is refused with those that there are', () => {
  expect(() => stagePlace({ name: 'shop', stages: { prod } }, 'staging')).toThrow(
    /has only prod; write stages: { staging: { region: .*accountId: .* } }/,
  );
  expect(() => stagePlace({ name: 'shop' }, 'constructor')).toThrow(/has no stages/);
});
