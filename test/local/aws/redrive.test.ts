import { CreateQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { withLocalAws } from './with-local-aws.ts';

test('a message that was received too often goes to the dead-letter queue; one that was deleted in time does not', () =>
  withLocalAws({}, async ({ sqs }) => {
    const make = async (QueueName: string, Attributes: Record<string, string>) =>
      (await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))).QueueUrl ?? '';
    const dead = await make('dead', {});
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:ap-northeast-1:000000000000:dead',
      maxReceiveCount: '2',
    });
    const queue = await make('asked', { VisibilityTimeout: '0', RedrivePolicy });
    const receive = async (QueueUrl: string) =>
      ((await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages ?? []).map(({ Body }) => Body);
    await sqs.send(new SendMessageCommand({ QueueUrl: queue, MessageBody: 'poison' }));

    const seen = [await receive(queue), await receive(queue), await receive(queue)];

    expect(seen).toEqual([['poison'], ['poison'], []]);
    expect(await receive(dead)).toEqual(['poison']);
  }));
