import { type Account, arnOf } from '../account.ts';
import { type ActionRow, type ActionTable, ask, row, withoutResource } from './asked.ts';

/** SQS: a batch of messages asks for the action of one. */
export const sqsActions: ActionTable = {
  CreateQueue: onQueue('sqs:CreateQueue'),
  GetQueueUrl: onQueue('sqs:GetQueueUrl'),
  GetQueueAttributes: onQueue('sqs:GetQueueAttributes'),
  SendMessage: onQueue('sqs:SendMessage'),
  ReceiveMessage: onQueue('sqs:ReceiveMessage'),
  DeleteMessage: onQueue('sqs:DeleteMessage'),
  DeleteMessageBatch: onQueue('sqs:DeleteMessage'),
  ChangeMessageVisibility: onQueue('sqs:ChangeMessageVisibility'),
  PurgeQueue: onQueue('sqs:PurgeQueue'),
};

/** SNS. */
export const snsActions: ActionTable = {
  CreateTopic: row<{ Name?: string }>(({ Name = '' }, { account }) =>
    ask('sns:CreateTopic', [topicArn(account, Name)]),
  ),
  ListTopics: withoutResource('sns:ListTopics'),
  Publish: row<{ TopicArn?: string; TargetArn?: string }>(({ TargetArn, TopicArn }) =>
    ask('sns:Publish', [TopicArn ?? TargetArn ?? '']),
  ),
};

/** A queue is named by its URL, or where it has none yet by its name. */
function onQueue(action: string): ActionRow {
  return row<{ QueueUrl?: string; QueueName?: string }>(({ QueueName, QueueUrl }, { account }) => {
    const name = QueueName ?? QueueUrl?.split('/').at(-1) ?? '';
    return ask(action, [arnOf(account, 'sqs', name)]);
  });
}

function topicArn(account: Account, name: string): string {
  return arnOf(account, 'sns', name);
}
