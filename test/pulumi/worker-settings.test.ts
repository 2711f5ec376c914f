import { parseStackConfig } from '../../pulumi/config/stack-config.ts';
import { workerSecretArns, workerSecrets } from '../../pulumi/jobs/worker-settings.ts';

const arn = (name: string) => `arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:${name}`;

test('the right to read is on the secret itself, whichever of its values a variable gets', () => {
  const config = parseStackConfig({
    ...{ stage: 'dev', part: 'jobs', stacks: { data: 'shop/nightshift/dev-data', platform: 'shop/nightshift/dev' } },
    temporal: { address: 'a:7233', namespace: 'n', tlsSecret: arn('temporal-AbCdEf') },
    workers: {
      secrets: {
        PLAIN: arn('plain-AbCdEf'),
        WITH_KEY: arn('keys-AbCdEf:apiKey::'),
        OTHER_KEY: arn('keys-AbCdEf:api_key_2::'),
        WITH_STAGE: arn('staged-AbCdEf:key:AWSPREVIOUS:'),
        WITH_VERSION: arn('versions-AbCdEf:::9d4cb84b-ad69-40c0-a0ab-cead36b967e8'),
      },
    },
  });

  expect(workerSecrets(config).WITH_KEY).toBe(arn('keys-AbCdEf:apiKey::'));
  expect(workerSecretArns(config)).toEqual(
    ['keys-AbCdEf', 'plain-AbCdEf', 'staged-AbCdEf', 'temporal-AbCdEf', 'versions-AbCdEf'].map(arn),
  );
});
