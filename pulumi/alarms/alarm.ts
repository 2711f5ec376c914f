import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';

/** One alarm: a number that is too high or too low for some minutes. */
export interface AlarmArgs {
  /** Its name in AWS. */
  alarm: string;
  /** What it means and what to do, for the person who gets it. */
  description: string;
  namespace: string;
  metric: string;
  dimensions: Record<string, pulumi.Input<string>>;
  statistic: 'Maximum' | 'Average' | 'Sum' | 'Minimum';
  /** Alarms above, or below, this. */
  above?: number;
  below?: number;
  /** How many periods of so many seconds in a row. */
  periods: number;
  periodSeconds: number;
  /** What no data means. Default: nothing is wrong. */
  missing?: 'breaching' | 'notBreaching';
  topic: pulumi.Input<string>;
  parent: pulumi.Resource;
}

/** An alarm that tells the stage's topic when it begins and when it is over. */
export function createAlarm(name: string, args: AlarmArgs): aws.cloudwatch.MetricAlarm {
  const isBelow = args.below !== undefined;
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...{ name: args.alarm, alarmDescription: args.description },
      ...{ namespace: args.namespace, metricName: args.metric, dimensions: args.dimensions, statistic: args.statistic },
      comparisonOperator: isBelow ? 'LessThanThreshold' : 'GreaterThanThreshold',
      threshold: args.below ?? args.above ?? 0,
      ...{
        evaluationPeriods: args.periods,
        period: args.periodSeconds,
        treatMissingData: args.missing ?? 'notBreaching',
      },
      ...{ alarmActions: [args.topic], okActions: [args.topic] },
    },
    { parent: args.parent },
  );
}
