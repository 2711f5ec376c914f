import { fileURLToPath } from 'node:url';
import { type EngineRun, runProgram } from './stand-in-engine.ts';

/** This repository's own program. */
export const program = fileURLToPath(new URL('../../pulumi/program', import.meta.url));

const prod = {
  'nightshift:stage': 'prod',
  'nightshift:size': 'prod',
  'nightshift:images': 'test/pulumi/images/prod.json',
};

/** A small stage in one stack. */
export const smallDev = {
  'nightshift:stage': 'dev',
  'nightshift:vpc': '{"cidr":"10.20.0.0/16","zones":["ap-northeast-1a","ap-northeast-1c"]}',
  'nightshift:temporal': '{"address":"temporal.internal:7233","namespace":"nightshift-dev"}',
  'nightshift:images': 'test/pulumi/images/dev.json',
};

/** The parts of a large one, each a stack; later ones are told the names of those before. */
export const prodParts = {
  data: {
    ...prod,
    'nightshift:part': 'data',
    'nightshift:vpc': '{"cidr":"10.30.0.0/16","zones":["ap-northeast-1a","ap-northeast-1c","ap-northeast-1d"]}',
    'nightshift:nat': 'endpoints',
    'nightshift:alarms': '{"email":"night@example.com"}',
  },
  platform: { ...prod, 'nightshift:part': 'platform', 'nightshift:stacks': '{"data":"shop/nightshift/prod-data"}' },
  jobs: {
    ...prod,
    'nightshift:part': 'jobs',
    'nightshift:stacks': '{"data":"shop/nightshift/prod-data","platform":"shop/nightshift/prod-platform"}',
    'nightshift:temporal': JSON.stringify({
      address: 'shop.a1b2c.tmprl.cloud:7233',
      namespace: 'shop.a1b2c',
      apiKeySecret: 'arn:aws:secretsmanager:ap-northeast-1:222222222222:secret:temporal-AbCdEf',
    }),
    'nightshift:schedules': 'eventbridge',
  },
};

/** Runs the small stage. */
export function runSmallDev(directory = program, config: Record<string, string> = {}): Promise<EngineRun> {
  return runProgram({ directory, stack: 'dev', config: { ...smallDev, ...config } });
}

/** Runs the three parts one after the other, each with the outputs of those before it. */
export async function runProd(directory = program): Promise<Record<'data' | 'platform' | 'jobs', EngineRun>> {
  const data = await runProgram({ directory, stack: 'prod-data', config: prodParts.data });
  const stacks = { 'shop/nightshift/prod-data': data.outputs };
  const platform = await runProgram({ directory, stack: 'prod-platform', config: prodParts.platform, stacks });
  const both = { ...stacks, 'shop/nightshift/prod-platform': platform.outputs };
  const jobs = await runProgram({ directory, stack: 'prod-jobs', config: prodParts.jobs, stacks: both });
  return { data, platform, jobs };
}
