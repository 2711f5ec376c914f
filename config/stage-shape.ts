import { z } from 'zod';
import type { StageConfig } from '../model/config.ts';
import type { Shape } from './option-shapes.ts';
import { shortName, shortNameWords } from './short-name.ts';

const arn = (service: string, example: string) =>
  z.string().regex(new RegExp(`^arn:aws:${service}:[a-z0-9-]+:\\d{12}:.+$`), `write its ARN, such as "${example}"`);
const byName = <T extends z.ZodType>(what: T) => z.record(z.string().min(1, 'write a name'), what).optional();

const stage = z.strictObject({
  region: z
    .string('write an AWS region, such as "ap-northeast-1"')
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'write an AWS region, such as "ap-northeast-1"'),
  accountId: z
    .string('write the AWS account as a text of twelve digits, such as "123456789012"')
    .regex(/^\d{12}$/, 'write the AWS account as a text of twelve digits, such as "123456789012"'),
  secrets: byName(
    arn('secretsmanager', 'arn:aws:secretsmanager:ap-northeast-1:123456789012:secret:shop/database-AbCdEf'),
  ),
  buckets: byName(
    z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'write the name of a bucket, such as "shop-crawls"'),
  ),
  topics: byName(arn('sns', 'arn:aws:sns:ap-northeast-1:123456789012:crawls')),
  messageQueues: byName(arn('sqs', 'arn:aws:sqs:ap-northeast-1:123456789012:crawls')),
  queues: byName(arn('batch', 'arn:aws:batch:ap-northeast-1:123456789012:job-queue/gpu')),
  latchTable: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{3,255}$/, 'write the name of a DynamoDB table, such as "batch-locks"')
    .optional(),
} satisfies Shape<StageConfig>);

/** The stages of a configuration, by name. */
export const stages = z.record(
  z
    .string()
    .regex(shortName, `write stage names of ${shortNameWords}, such as "prod"`)
    .refine((name) => name !== 'local', '"local" is local mode; write another name, such as "dev"'),
  stage,
);
