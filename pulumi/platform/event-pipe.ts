import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Place, stagePrefix } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import { arnOf } from '../../model/deployed-uses.ts';
import { createQueueWithDeadLetters, type QueueWithDeadLetters } from './queue-with-dead-letters.ts';

/** The two queues that workers read: what has ended in AWS, and what asks for a run. */
export class EventPipe extends pulumi.ComponentResource {
  readonly events: QueueWithDeadLetters;
  readonly starts: QueueWithDeadLetters;
  /** The rules that fill the first queue, by their names. */
  readonly rules: Record<string, aws.cloudwatch.EventRule>;

  constructor(name: string, { place }: { place: Place }, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:platform:EventPipe', name, {}, opts);
    const { eventQueue, startQueue } = platformNames(place);
    const rulesOfStage = {
      service: 'events.amazonaws.com',
      sourceArn: arnOf(place, 'events', `rule/${stagePrefix(place)}-*`),
    };
    const common = { senders: [rulesOfStage], parent: this };
    this.events = createQueueWithDeadLetters(`${name}-events`, {
      ...common,
      queue: eventQueue,
      visibilitySeconds: 30,
      tries: 5,
    });
    this.starts = createQueueWithDeadLetters(`${name}-starts`, {
      ...common,
      queue: startQueue,
      visibilitySeconds: 60,
      tries: 3,
    });
    this.rules = Object.fromEntries(
      Object.entries(endsOf(place)).map(([service, pattern]) => {
        const ruleName = `${stagePrefix(place)}-${service}-ends`;
        return [ruleName, createRule(ruleName, { pattern, service, to: this.events, parent: this })];
      }),
    );
    this.registerOutputs({});
  }
}

/** The patterns of "this has ended", only for what bears this stage's names: an account may hold several. */
function endsOf(place: Place): Record<string, object> {
  const prefix = `${stagePrefix(place)}-`;
  const { cluster } = platformNames(place);
  return {
    batch: {
      source: ['aws.batch'],
      'detail-type': ['Batch Job State Change'],
      detail: { jobName: [{ prefix }], status: ['SUCCEEDED', 'FAILED'] },
    },
    ecs: {
      source: ['aws.ecs'],
      'detail-type': ['ECS Task State Change'],
      detail: {
        clusterArn: [arnOf(place, 'ecs', `cluster/${cluster}`)],
        lastStatus: ['STOPPED'],
        // The workers' own containers are in the same cluster.
        group: [{ 'anything-but': { prefix: 'service:' } }],
      },
    },
    codebuild: {
      source: ['aws.codebuild'],
      'detail-type': ['CodeBuild Build State Change'],
      detail: { 'project-name': [{ prefix }], 'build-status': ['SUCCEEDED', 'FAILED', 'STOPPED'] },
    },
  };
}

function createRule(
  name: string,
  {
    pattern,
    service,
    to,
    parent,
  }: { pattern: object; service: string; to: QueueWithDeadLetters; parent: pulumi.Resource },
): aws.cloudwatch.EventRule {
  const rule = new aws.cloudwatch.EventRule(
    name,
    {
      name,
      description: `Tells Nightshift that something has ended in ${service}`,
      eventPattern: JSON.stringify(pattern),
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(
    name,
    { rule: rule.name, arn: to.queue.arn, deadLetterConfig: { arn: to.dead.arn } },
    { parent },
  );
  return rule;
}
