import type { Recorded } from './recorded.ts';

const region = 'ap-northeast-1';

/** What AWS answers to the making of a resource, beside what was asked for, as far as programs use it. */
export function madeByAws({ type, name, inputs }: Recorded, account: string): Record<string, unknown> {
  const called = String(inputs.name ?? inputs.bucket ?? inputs.family ?? inputs.identifier ?? name);
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const common = { name: called };
  switch (type.split('/')[0]) {
    case 'aws:iam':
      return { ...common, arn: `arn:aws:iam::${account}:${type.endsWith(':Role') ? 'role' : 'policy'}/${called}` };
    case 'aws:batch':
      return { ...common, arn: arn('batch', batchResource(type, called)) };
    case 'aws:ecs':
      return {
        ...common,
        arn: arn('ecs', type.endsWith(':TaskDefinition') ? `task-definition/${called}:1` : `cluster/${called}`),
      };
    case 'aws:sqs':
      return { ...common, arn: arn('sqs', called), url: `https://sqs.${region}.amazonaws.com/${account}/${called}` };
    case 'aws:secretsmanager':
      return { ...common, arn: arn('secretsmanager', `secret:${called}-AbCdEf`) };
    case 'aws:rds':
      return { ...common, arn: arn('rds', `db:${called}`), ...database(account) };
    case 'aws:s3':
      return { ...common, arn: `arn:aws:s3:::${called}` };
    default:
      return { ...common, arn: arn(type.split(':')[1]?.split('/')[0] ?? '', called) };
  }
}

function batchResource(type: string, name: string): string {
  if (type.endsWith(':JobDefinition')) return `job-definition/${name}:1`;
  return `${type.endsWith(':JobQueue') ? 'job-queue' : 'compute-environment'}/${name}`;
}

function database(account: string) {
  const address = `database.${region}.rds.amazonaws.com`;
  const secretArn = `arn:aws:secretsmanager:${region}:${account}:secret:rds!db-1-AbCdEf`;
  return { address, endpoint: `${address}:5432`, port: 5432, masterUserSecrets: [{ secretArn }] };
}
