import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';

/** What {@link AlarmTopic} is made from. */
export interface AlarmTopicArgs {
  /** The topic's name. */
  topic: string;
  accountId: string;
  /** Who hears of it; AWS asks for a confirmation. Null: nobody by mail. */
  email: string | null;
}

/** Where alarms and events about trouble go. Unencrypted: CloudWatch cannot publish with the key that AWS keeps for SNS, and nothing secret is in it. */
export class AlarmTopic extends pulumi.ComponentResource {
  /** The topic's ARN. */
  readonly arn: pulumi.Output<string>;

  constructor(name: string, args: AlarmTopicArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:data:AlarmTopic', name, {}, opts);
    const topic = new aws.sns.Topic(name, { name: args.topic }, { parent: this });
    new aws.sns.TopicPolicy(
      name,
      { arn: topic.arn, policy: pulumi.jsonStringify(publishers(topic.arn, args.accountId)) },
      { parent: this },
    );
    if (args.email !== null) {
      new aws.sns.TopicSubscription(
        name,
        { topic: topic.arn, protocol: 'email', endpoint: args.email },
        { parent: this },
      );
    }
    this.arn = topic.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

function publishers(topic: pulumi.Input<string>, accountId: string): object {
  const publish = (service: string) => ({
    ...{ Sid: service, Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` } },
    ...{ Action: 'sns:Publish', Resource: topic },
  });
  return {
    Version: '2012-10-17',
    Statement: [
      { ...publish('cloudwatch'), Condition: { StringEquals: { 'aws:SourceAccount': accountId } } },
      // EventBridge fills no condition key for a topic: with one, it would publish nothing, and say nothing.
      // Source: EventBridge user guide, resource-based policies, Amazon SNS.
      publish('events'),
    ],
  };
}
