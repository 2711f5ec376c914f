import { CreateTopicCommand, ListTopicsCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { LocalAws } from '../../../local/aws/index.ts';
import { withLocalAws } from './with-local-aws.ts';

const arn = 'arn:aws:sns:ap-northeast-1:000000000000:';

async function withSns(test: (sns: SNSClient, aws: LocalAws) => Promise<void>): Promise<void> {
  await withLocalAws({ topics: ['given'] }, async ({ aws }) => {
    const { endpoint, region } = aws;
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const sns = new SNSClient({ endpoint, region, credentials, maxAttempts: 1 });
    await test(sns, aws).finally(() => sns.destroy());
  });
}

test('what is published to a topic is seen in the journal', async () => {
  await withSns(async (sns, aws) => {
    const made = await sns.send(new CreateTopicCommand({ Name: 'made' }));
    const topics = await sns.send(new ListTopicsCommand({}));
    const message = {
      Message: '<あ> & "b"\nlast',
      Subject: 'about',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'x.y' } },
    };
    const published = await sns.send(new PublishCommand({ TopicArn: `${arn}given`, ...message }));

    expect(made.TopicArn).toBe(`${arn}made`);
    expect(topics.Topics).toEqual([{ TopicArn: `${arn}given` }, { TopicArn: `${arn}made` }]);
    expect(published.MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(aws.journal.calls('Publish')).toMatchObject([
      { service: 'sns', outcome: 'ok', request: { TopicArn: `${arn}given`, ...message } },
    ]);
  });
});

test('refusals are the errors of the API', async () => {
  await withSns(async (sns, aws) => {
    const publish = (changes: object) =>
      sns.send(new PublishCommand({ TopicArn: `${arn}given`, Message: 'a', ...changes }));

    await expect(publish({ TopicArn: `${arn}none` })).rejects.toMatchObject({ name: 'NotFoundException' });
    for (const changes of [{ Message: 'x'.repeat(256 * 1024 + 1) }, { Subject: 'x'.repeat(101) }, { TopicArn: 'x' }]) {
      await expect(publish(changes)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
    await expect(sns.send(new CreateTopicCommand({ Name: 'a b' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    aws.misbehave.rule({ kind: 'accessDenied', operation: 'Publish', times: 1 });
    await expect(publish({})).rejects.toMatchObject({ name: 'AuthorizationErrorException' });
    await publish({ Message: 'x'.repeat(256 * 1024) });

    expect(aws.journal.calls('Publish').map(({ outcome }) => outcome)).toEqual([
      ...['NotFound', 'InvalidParameter', 'InvalidParameter', 'InvalidParameter', 'AuthorizationError', 'ok'],
    ]);
  });
});
