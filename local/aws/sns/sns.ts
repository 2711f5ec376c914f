import { randomUUID } from 'node:crypto';
import type { CreateTopicInput, ListTopicsInput, PublishInput } from '@aws-sdk/client-sns';
import { type Account, arnOf } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { pageOf } from '../paging.ts';
import { operation, type Service } from '../service.ts';

const maxMessageBytes = 256 * 1024;
const maxSubjectLength = 100;
const listedTopics = 100;

/** SNS without subscribers: what was published is seen in the journal. */
export function createSns(account: Account, names: string[]): { service: Service } {
  const arnFor = (name: string) => arnOf(account, 'sns', checkName(name));
  const topics = new Set(names.map(arnFor));
  return {
    service: {
      name: 'sns',
      operations: {
        CreateTopic: operation<CreateTopicInput>(({ Name = '' }) => {
          const TopicArn = arnFor(Name);
          topics.add(TopicArn);
          return { TopicArn };
        }),
        ListTopics: operation<ListTopicsInput>(({ NextToken }) => {
          const page = pageOf([...topics], { size: listedTopics, token: NextToken }, (arn) => arn);
          if (!page) throw invalidParameter('NextToken');
          return { Topics: { member: page.items.map((TopicArn) => ({ TopicArn })) }, NextToken: page.nextToken };
        }),
        Publish: operation<PublishInput>((request) => {
          const arn = request.TopicArn ?? request.TargetArn;
          if (arn === undefined)
            throw invalidParameter('TopicArn or TargetArn Reason: no value for required parameter');
          if (!/^arn:aws:sns:[^:]+:\d+:/.test(arn)) throw invalidParameter('TopicArn');
          checkMessage(request);
          if (!topics.has(arn)) throw new AwsError('NotFound', 'Topic does not exist', 404);
          return { MessageId: randomUUID() };
        }),
      },
      troubles: {
        throttled: { code: 'Throttled', status: 429 },
        failed: { code: 'InternalError', status: 500 },
        denied: { code: 'AuthorizationError', status: 403 },
      },
    },
  };
}

function checkName(name: string): string {
  if (/^[A-Za-z0-9_-]{1,256}$/.test(name)) return name;
  throw invalidParameter('Topic Name');
}

function checkMessage({ Message = '', Subject }: PublishInput): void {
  if (Message === '') throw invalidParameter('Empty message');
  if (Buffer.byteLength(Message) > maxMessageBytes) throw invalidParameter('Message too long');
  if (Subject !== undefined && (Subject === '' || Subject.length > maxSubjectLength)) throw invalidParameter('Subject');
}

function invalidParameter(what: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
}
