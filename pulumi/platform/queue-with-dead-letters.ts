import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { deadLetterQueue } from '../../model/deployed-platform.ts';

/** A queue and the one for what cannot be taken from it. */
export interface QueueWithDeadLetters {
  queue: aws.sqs.Queue;
  dead: aws.sqs.Queue;
}

/** What {@link createQueueWithDeadLetters} needs. */
export interface QueueArgs {
  /** Its name in AWS. */
  queue: string;
  /** Longer than a worker takes for ten messages. */
  visibilitySeconds: number;
  /** How often a message comes before it is put aside. */
  tries: number;
  /** Who may send, as the principals of one statement each. */
  senders: { service: string; sourceArn: string }[];
  parent: pulumi.Resource;
}

/** An encrypted queue, whose messages are put aside for people after some tries, and kept for 14 days. */
export function createQueueWithDeadLetters(name: string, args: QueueArgs): QueueWithDeadLetters {
  const { parent } = args;
  const kept = { messageRetentionSeconds: 1_209_600, sqsManagedSseEnabled: true };
  const dead = new aws.sqs.Queue(`${name}-dead`, { ...kept, name: deadLetterQueue(args.queue) }, { parent });
  const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: args.tries });
  const queue = new aws.sqs.Queue(
    name,
    {
      ...kept,
      name: args.queue,
      visibilityTimeoutSeconds: args.visibilitySeconds,
      receiveWaitTimeSeconds: 20,
      redrivePolicy,
    },
    { parent },
  );
  // A rule that cannot deliver puts its event aside in the same place.
  for (const [its, of] of [
    [name, queue],
    [`${name}-dead`, dead],
  ] as const) {
    const policy = pulumi.jsonStringify(sendersPolicy(of.arn, args));
    new aws.sqs.QueuePolicy(its, { queueUrl: of.url, policy }, { parent });
  }
  return { queue, dead };
}

function sendersPolicy(queueArn: pulumi.Input<string>, { senders }: QueueArgs): object {
  return {
    Version: '2012-10-17',
    Statement: senders.map(({ service, sourceArn }) => ({
      Sid: service.split('.')[0],
      Effect: 'Allow',
      Principal: { Service: service },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
      // The account is in the ARN. Source: EventBridge user guide, resource-based policies, Amazon SQS.
      Condition: { ArnLike: { 'aws:SourceArn': sourceArn } },
    })),
  };
}
