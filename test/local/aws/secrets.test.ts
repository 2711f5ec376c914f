import { CreateSecretCommand, GetSecretValueCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { withLocalAws } from './with-local-aws.ts';

test('secrets are created, changed and read by name and by ARN, and the journal leaves their values out', async () => {
  await withLocalAws({ secrets: { given: 'from the start' } }, async ({ aws, secrets }) => {
    const { ARN } = await secrets.send(new CreateSecretCommand({ Name: 'shop/database', SecretString: 'hunter2' }));
    const created = await secrets.send(new GetSecretValueCommand({ SecretId: ARN }));
    await secrets.send(new PutSecretValueCommand({ SecretId: 'shop/database', SecretString: 'hunter3' }));
    const changed = await secrets.send(new GetSecretValueCommand({ SecretId: 'shop/database' }));
    const given = await secrets.send(new GetSecretValueCommand({ SecretId: 'given' }));

    expect(ARN).toMatch(/^arn:aws:secretsmanager:ap-northeast-1:000000000000:secret:shop\/database-\w{6}$/);
    expect([created, changed, given].map((secret) => secret.SecretString)).toEqual([
      'hunter2',
      'hunter3',
      'from the start',
    ]);
    expect(created.CreatedDate).toBeInstanceOf(Date);
    expect(JSON.stringify(aws.journal.entries)).not.toContain('hunter');
  });
});

test('a secret that is not there, and one that is there twice, are the errors of AWS', async () => {
  await withLocalAws({ secrets: { given: 'x' } }, async ({ secrets }) => {
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 'none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(secrets.send(new CreateSecretCommand({ Name: 'given', SecretString: 'y' }))).rejects.toMatchObject({
      name: 'ResourceExistsException',
    });
  });
});
