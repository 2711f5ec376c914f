import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createAlarm } from './alarm.ts';

/** Tells when a rule could not hand an event on. */
export function createRuleAlarm(
  ruleName: string,
  rule: aws.cloudwatch.EventRule,
  { topic, parent }: { topic: pulumi.Input<string>; parent: pulumi.Resource },
): void {
  createAlarm(`${ruleName}-failed`, {
    ...{
      alarm: `${ruleName}-failed`,
      namespace: 'AWS/Events',
      metric: 'FailedInvocations',
      dimensions: { RuleName: rule.name },
    },
    ...{ statistic: 'Sum', above: 0, periods: 1, periodSeconds: 300, topic, parent },
    description: 'EventBridge could not hand events on. Look at the policy of the target queue.',
  });
}
