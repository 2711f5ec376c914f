import { CloudWatchClient, PutMetricDataCommand, type StandardUnit } from '@aws-sdk/client-cloudwatch';
import { call } from '../aws/call.ts';
import { type AwsPlace, clientConfig } from '../aws/clients.ts';

/** One value of a metric, now. */
export interface MetricValue {
  name: string;
  value: number;
  unit: Extract<StandardUnit, 'Count' | 'Seconds'>;
  /** Default: none. */
  dimensions?: Record<string, string>;
}

/** Writes the values of a moment; at most 1,000 (PutMetricData). */
export type PutMetrics = (values: readonly MetricValue[]) => Promise<void>;

/** Makes what writes metrics of a namespace to CloudWatch. It throws AwsCallFailed. */
export function createPutMetrics(place: AwsPlace, namespace: string): PutMetrics {
  const cloudWatch = new CloudWatchClient(clientConfig(place));
  return async (values) => {
    const command = new PutMetricDataCommand({
      Namespace: namespace,
      MetricData: values.map(({ name, value, unit, dimensions = {} }) => ({
        ...{ MetricName: name, Value: value, Unit: unit },
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
    });
    const asked = { operation: 'PutMetricData', of: { namespace }, within: place.timings?.callMs ?? 10_000 };
    await call(asked, (options) => cloudWatch.send(command, options));
  };
}
