import { nothingExists, type Place } from '../model/deployed-names.ts';
import { ConfigError } from './config-error.ts';
import type { ProjectConfig } from './config-file.ts';

/**
 * Any stage, with placeholders for what differs from one to the other: for what has to be said once for all of them. A
 * table for external locks is one of its things when any stage has one.
 */
export function anyStagePlace({ name, stages = {} }: Pick<ProjectConfig, 'name' | 'stages'>): Place {
  const hasTable = Object.values(stages).some(({ latchTable }) => latchTable !== undefined);
  return {
    ...{
      project: name,
      stage: placeholder('Stage'),
      region: placeholder('Region'),
      accountId: placeholder('AccountId'),
    },
    existing: { ...nothingExists, ...(hasTable ? { latchTable: placeholder('LatchTable') } : {}) },
  };
}

function placeholder(name: string): string {
  return `\${${name}}`;
}

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
