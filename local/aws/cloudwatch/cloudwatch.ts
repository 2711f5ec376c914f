import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { AwsError } from '../aws-error.ts';
import { operation, type Service } from '../service.ts';

/** Source: CloudWatch API Reference, PutMetricData and MetricDatum. */
const most = { data: 1_000, dimensions: 30, name: 255, value: 2 ** 360 };

/** CloudWatch's metrics, which nobody reads here: what was written is seen in the journal. */
export function createCloudWatch(): { service: Service } {
  return {
    service: {
      name: 'cloudwatch',
      operations: {
        PutMetricData: operation<PutMetricDataInput>(({ Namespace = '', MetricData = [] }) => {
          if (!isName(Namespace) || Namespace.startsWith(':')) throw invalid('Namespace');
          // Source: the same, "To avoid conflicts with AWS service namespaces".
          if (Namespace.startsWith('AWS/')) throw invalid('Namespace, which must not begin with AWS/');
          if (MetricData.length > most.data) throw invalid(`MetricData, which holds more than ${most.data} metrics`);
          for (const [index, datum] of MetricData.entries()) checkDatum(datum, `MetricData.member.${index + 1}`);
          return {};
        }),
      },
      troubles: {
        throttled: { code: 'ThrottlingException', status: 400 },
        failed: { code: 'InternalServiceFault', status: 500 },
        denied: { code: 'AccessDeniedException', status: 403 },
      },
    },
  };
}

function checkDatum(datum: MetricDatum, place: string): void {
  const { MetricName = '', Dimensions = [], Value, Values, StatisticValues } = datum;
  if (MetricName === '') throw missing(`${place}.MetricName`);
  if (!isName(MetricName)) throw invalid(`${place}.MetricName`);
  if (Dimensions.length > most.dimensions) throw invalid(`${place}.Dimensions, which are more than ${most.dimensions}`);
  for (const { Name = '', Value: of = '' } of Dimensions)
    if (!isName(Name) || of === '') throw invalid(`${place}.Dimensions`);
  if ([Value, Values, StatisticValues].every((given) => given === undefined)) throw missing(`${place}.Value`);
  // The SDK writes NaN and the infinities as words.
  if (Value !== undefined && !(Math.abs(Number(Value)) <= most.value)) throw invalid(`${place}.Value`);
}

function isName(text: string): boolean {
  return text.length > 0 && text.length <= most.name;
}

function invalid(what: string): AwsError {
  return new AwsError('InvalidParameterValueException', `The value for parameter ${what} is invalid.`);
}

function missing(what: string): AwsError {
  return new AwsError('MissingRequiredParameterException', `The parameter ${what} is required.`);
}
