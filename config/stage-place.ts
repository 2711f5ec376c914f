import type { Place } from '../model/deployed-names.ts';
import { ConfigError } from './config-error.ts';
import type { ProjectConfig } from './config-file.ts';

/**
 * A stage of the configuration as a place for deployments.
 * @throws ConfigError that names the stages that there are.
 */
export function stagePlace(config: Pick<ProjectConfig, 'name' | 'stages'>, stage: string): Place {
  const { stages = {} } = config;
  const found = Object.hasOwn(stages, stage) ? stages[stage] : undefined;
  if (found === undefined) {
    const known = Object.keys(stages);
    const example = `${stage}: { region: 'ap-northeast-1', accountId: '123456789012' }`;
    throw new ConfigError('The stage is not known', [
      `stages: nightshift.config.ts has ${known.length === 0 ? 'no stages' : `only ${known.join(', ')}`}; write stages: { ${example} }`,
    ]);
  }
  const {
    region,
    accountId,
    secrets = {},
    buckets = {},
    topics = {},
    messageQueues = {},
    queues = {},
    latchTable,
  } = found;
  return {
    ...{ project: config.name, stage, region, accountId },
    existing: {
      ...{ secrets, buckets, topics, queues: messageQueues, jobQueues: queues },
      ...(latchTable === undefined ? {} : { latchTable }),
    },
  };
}
