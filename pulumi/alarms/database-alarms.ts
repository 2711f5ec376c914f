import * as pulumi from '@pulumi/pulumi';
import { createAlarm } from './alarm.ts';

/** What {@link DatabaseAlarms} is made from. */
export interface DatabaseAlarmsArgs {
  prefix: string;
  /** The database's identifier. */
  instance: string;
  storageGb: number;
  /** As many connections as the workers can open, all of them together. */
  connections: number;
  topic: pulumi.Input<string>;
}

/** Those of people, of the deployment's one-off task, and of RDS itself. */
const otherConnections = 20;

/** Alarms about the database: no room, no time, no connections. */
export class DatabaseAlarms extends pulumi.ComponentResource {
  constructor(
    name: string,
    { prefix, instance, storageGb, connections, topic }: DatabaseAlarmsArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super('nightshift:alarms:DatabaseAlarms', name, {}, opts);
    const common = {
      ...{ namespace: 'AWS/RDS', dimensions: { DBInstanceIdentifier: instance }, topic, parent: this },
      ...{ periodSeconds: 300, statistic: 'Average' as const },
    };
    createAlarm(`${name}-storage`, {
      ...common,
      ...{ alarm: `${prefix}-database-storage`, metric: 'FreeStorageSpace', below: storageGb * 1e8, periods: 2 },
      description:
        "Less than a tenth of the database's first storage is free. Look whether its growth has reached its limit.",
    });
    createAlarm(`${name}-cpu`, {
      ...common,
      ...{ alarm: `${prefix}-database-cpu`, metric: 'CPUUtilization', above: 80, periods: 3 },
      description: 'The database is busy for 15 minutes. Look at what runs; take a larger class.',
    });
    createAlarm(`${name}-connections`, {
      ...common,
      ...{ alarm: `${prefix}-database-connections`, metric: 'DatabaseConnections', periods: 3 },
      above: connections + otherConnections,
      description: 'More connections than all workers can open. Look who else connects.',
    });
    this.registerOutputs({});
  }
}
