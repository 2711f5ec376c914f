import { RegisterJobDefinitionCommand } from '@aws-sdk/client-batch';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { shell, withEcs } from './with-ecs.ts';

/** A program as it would be written for AWS: it names neither region nor endpoint nor credentials. */
const program = `
  import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
  await new SQSClient().send(new SendMessageCommand({ QueueUrl: process.argv[1], MessageBody: process.argv[2] }));
`;
const command = (queueUrl: string, body: string) => ['node', '--input-type=module', '-e', program, queueUrl, body];

test('an unchanged SDK in a Batch job and in an ECS task reaches the local AWS', async () => {
  const images = { image: { directory: process.cwd() } };
  await withEcs({ images, taskEventStatuses: [], eventStatuses: [] }, async ({ aws, bench, define, run, stops }) => {
    const queueUrl = aws.eventQueueUrl ?? '';
    await bench.batch.send(
      new RegisterJobDefinitionCommand({
        jobDefinitionName: 'job',
        type: 'container',
        containerProperties: { image: 'image', command: command(queueUrl, 'from Batch') },
      }),
    );
    await define('', { containerDefinitions: [{ ...shell('main', ''), command: command(queueUrl, 'from ECS') }] });

    const job = await bench.ends(await bench.submit());
    const task = await stops(await run());

    expect([job.status, task.containers?.[0]?.exitCode]).toEqual(['SUCCEEDED', 0]);
    const { Messages } = await bench.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    expect(Messages?.map((message) => message.Body).sort()).toEqual(['from Batch', 'from ECS']);
  });
});
