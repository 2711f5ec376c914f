import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Place, shorten, stagePrefix } from '../../model/deployed-names.ts';
import type { Job } from '../../model/job.ts';
import { schedulerSchedule } from './scheduler-schedule.ts';

/** What {@link Schedules} is made from. */
export interface SchedulesArgs {
  place: Place;
  jobs: readonly Job[];
  /** IANA zone of schedules without their own. */
  timezone: string;
  /** ARNs of the queue for starts and of its dead letters. */
  startQueue: pulumi.Input<string>;
  deadLetters: pulumi.Input<string>;
}

/** The jobs' schedules in EventBridge Scheduler, for stages that do not want them in Temporal. */
export class Schedules extends pulumi.ComponentResource {
  constructor(name: string, args: SchedulesArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:Schedules', name, {}, opts);
    const role = createRole(args, this);
    const group = new aws.scheduler.ScheduleGroup(name, { name: stagePrefix(args.place) }, { parent: this });
    for (const job of args.jobs) {
      const at = { timezone: args.timezone, now: new Date() };
      const schedule = job.schedule === undefined ? null : schedulerSchedule(job, job.schedule, at);
      if (schedule === null) continue;
      const { target, ...when } = schedule;
      new aws.scheduler.Schedule(
        job.id,
        {
          ...{ name: job.id, groupName: group.name, ...when },
          target: {
            ...{ arn: args.startQueue, roleArn: role.arn, input: target.input },
            deadLetterConfig: { arn: args.deadLetters },
            retryPolicy: target.retryPolicy,
          },
        },
        { parent: this },
      );
    }
    this.registerOutputs({});
  }
}

/** By it the scheduler sends to the two queues, and does nothing else. */
function createRole({ place, startQueue, deadLetters }: SchedulesArgs, parent: pulumi.Resource): aws.iam.Role {
  const name = shorten(`${stagePrefix(place)}-scheduler`, 64);
  const trust = {
    ...{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' },
    Condition: { StringEquals: { 'aws:SourceAccount': place.accountId } },
  };
  const send = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: [startQueue, deadLetters] };
  const document = (statement: object) => ({ Version: '2012-10-17', Statement: [statement] });
  const role = new aws.iam.Role(
    name,
    { name, description: 'Nightshift: schedules of EventBridge', assumeRolePolicy: JSON.stringify(document(trust)) },
    { parent },
  );
  const policy = pulumi.jsonStringify(document(send));
  new aws.iam.RolePolicy(name, { role: role.name, name: 'send', policy }, { parent });
  return role;
}
