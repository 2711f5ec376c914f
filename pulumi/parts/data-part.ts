import * as pulumi from '@pulumi/pulumi';
import { workerConnections } from '../../config/database-settings.ts';
import { shorten, stagePrefix } from '../../model/deployed-names.ts';
import { platformNames } from '../../model/deployed-platform.ts';
import { DatabaseAlarms } from '../alarms/database-alarms.ts';
import { AlarmTopic } from '../data/alarm-topic.ts';
import { Database } from '../data/database.ts';
import { Network } from '../data/network.ts';
import { StageBucket } from '../data/stage-bucket.ts';
import type { Stage } from '../stage.ts';

/** What the other parts need of the part data. */
export interface DataOutputs {
  subnetIds: pulumi.Output<string[]>;
  taskGroup: pulumi.Output<string>;
  workerGroup: pulumi.Output<string>;
  databaseEndpoint: pulumi.Output<string>;
  databaseSecret: pulumi.Output<string>;
  bucket: pulumi.Output<string>;
  alarmTopic: pulumi.Output<string>;
}

/** The names of them all. */
export const dataOutputs: Record<keyof DataOutputs, true> = {
  ...{ subnetIds: true, taskGroup: true, workerGroup: true, alarmTopic: true, bucket: true },
  ...{ databaseEndpoint: true, databaseSecret: true },
};

/** Makes the part data: what must outlive everything else. */
export function deployData({ place, config }: Stage, opts: pulumi.ComponentResourceOptions): DataOutputs {
  const prefix = stagePrefix(place);
  const { vpc, nat, protect, database } = config;
  const { count, most, split } = config.workers;
  if (vpc === null) throw new Error('The part data needs a vpc');
  const network = new Network(
    prefix,
    { region: place.region, vpc, nat, gatewayEachZone: config.size === 'prod' },
    opts,
  );
  const { taskGroup, workerGroup, subnetIds, vpcId } = network;
  const bucket = new StageBucket('stage-bucket', { bucket: platformNames(place).bucket, protect }, opts);
  // Source: CreateDBInstance, 63 characters.
  const identifier = shorten(`${prefix}-nightshift`, 60);
  const at = { vpcId, subnetIds, clientGroup: workerGroup };
  const made = new Database('database', { ...database, ...at, identifier, protect, logDays: config.logDays }, opts);
  const alarmTopic = topicOf({ place, config }, opts);
  new DatabaseAlarms(
    'database-alarms',
    {
      ...{ prefix, instance: identifier, storageGb: database.storageGb, topic: alarmTopic },
      connections: (split ? 2 : 1) * Math.max(count, most) * workerConnections,
    },
    opts,
  );
  return {
    ...{ subnetIds, taskGroup, workerGroup, alarmTopic, bucket: bucket.bucket },
    ...{ databaseEndpoint: made.endpoint, databaseSecret: made.secretArn },
  };
}

/** The topic that the configuration names, or one of our own. */
function topicOf({ place, config }: Pick<Stage, 'place' | 'config'>, opts: pulumi.ComponentResourceOptions) {
  const { topic, email } = config.alarms;
  if (topic !== null) return pulumi.output(topic);
  const args = { topic: platformNames(place).alarmTopic, accountId: place.accountId, email };
  return new AlarmTopic('alarm-topic', args, opts).arn;
}
