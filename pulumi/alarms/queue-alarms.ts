import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { EventPipe } from '../platform/event-pipe.ts';
import type { QueueWithDeadLetters } from '../platform/queue-with-dead-letters.ts';
import { createAlarm } from './alarm.ts';
import { createRuleAlarm } from './rule-alarm.ts';

/** What {@link QueueAlarms} is made from. */
export interface QueueAlarmsArgs {
  prefix: string;
  topic: pulumi.Input<string>;
  pipe: EventPipe;
}

/** Alarms about what comes by queues: put aside, not taken, not delivered; and about Batch queues that stand still. */
export class QueueAlarms extends pulumi.ComponentResource {
  constructor(name: string, { prefix, topic, pipe }: QueueAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:alarms:QueueAlarms', name, {}, opts);
    const at = { prefix, topic, parent: this };
    createQueueAlarms('events', pipe.events, at);
    createQueueAlarms('starts', pipe.starts, at);
    for (const [ruleName, rule] of Object.entries(pipe.rules)) createRuleAlarm(ruleName, rule, at);
    createBlockedRule(name, at);
    this.registerOutputs({});
  }
}

interface At {
  prefix: string;
  topic: pulumi.Input<string>;
  parent: pulumi.Resource;
}

function createQueueAlarms(name: string, { queue, dead }: QueueWithDeadLetters, { prefix, topic, parent }: At): void {
  const common = {
    ...{ namespace: 'AWS/SQS', statistic: 'Maximum' as const, periodSeconds: 60, topic, parent },
  };
  createAlarm(`${name}-put-aside`, {
    ...common,
    ...{ alarm: `${prefix}-${name}-put-aside`, metric: 'ApproximateNumberOfMessagesVisible', above: 0, periods: 1 },
    dimensions: { QueueName: dead.name },
    description: `Messages of ${name} were put aside. The workers' log says why; mend it and redrive the queue.`,
  });
  createAlarm(`${name}-age`, {
    ...common,
    ...{ alarm: `${prefix}-${name}-age`, metric: 'ApproximateAgeOfOldestMessage', above: 300, periods: 3 },
    dimensions: { QueueName: queue.name },
    description: `Messages of ${name} are not taken. Look whether workers with the role runs are well.`,
  });
}

/** Batch says it when the first job of a queue cannot start, whatever comes after it. */
function createBlockedRule(name: string, { prefix, topic, parent }: At): void {
  const pattern = {
    source: ['aws.batch'],
    'detail-type': ['Batch Job Queue Blocked'],
    detail: { jobName: [{ prefix: `${prefix}-` }] },
  };
  const rule = new aws.cloudwatch.EventRule(
    `${name}-blocked`,
    {
      name: `${prefix}-queue-blocked`,
      description: 'Tells people that the first job of a Batch queue cannot start',
      eventPattern: JSON.stringify(pattern),
    },
    { parent },
  );
  new aws.cloudwatch.EventTarget(`${name}-blocked`, { rule: rule.name, arn: topic }, { parent });
}
