import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { type Place, shorten, stagePrefix } from '../../model/deployed-names.ts';
import type { DetailPattern, EventMatcher, EventPattern } from '../../model/event-pattern.ts';
import type { Job } from '../../model/job.ts';
import { createRuleAlarm } from '../alarms/rule-alarm.ts';

/** What {@link EventStarts} is made from. */
export interface EventStartsArgs {
  place: Place;
  jobs: readonly Job[];
  /** ARNs of the queue for starts and of its dead letters. */
  startQueue: pulumi.Input<string>;
  deadLetters: pulumi.Input<string>;
  alarmTopic: pulumi.Input<string>;
}

/** A rule for each job with `onEvent`, which hands its events to the queue for starts. */
export class EventStarts extends pulumi.ComponentResource {
  constructor(name: string, args: EventStartsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('nightshift:jobs:EventStarts', name, {}, opts);
    for (const { id, onEvent } of args.jobs) {
      if (onEvent !== undefined) createRule(id, onEvent, { args, parent: this });
    }
    this.registerOutputs({});
  }
}

function createRule(
  job: string,
  onEvent: EventPattern,
  { args, parent }: { args: EventStartsArgs; parent: pulumi.Resource },
): void {
  // What the rule's name begins with is what the queue lets send. Source: PutRule, 64 characters.
  const name = shorten(`${stagePrefix(args.place)}-${job}-event`, 64);
  const rule = new aws.cloudwatch.EventRule(
    name,
    { name, description: `Starts ${job}`, eventPattern: JSON.stringify(ruleOf(onEvent)) },
    { parent },
  );
  const target = { rule: rule.name, arn: args.startQueue, deadLetterConfig: { arn: args.deadLetters } };
  new aws.cloudwatch.EventTarget(name, target, { parent });
  createRuleAlarm(name, rule, { topic: args.alarmTopic, parent });
}

/** The pattern as a rule has it: every value is a list of which one must fit. */
export function ruleOf({ source, detailType, detail }: EventPattern): object {
  return {
    source: [source],
    'detail-type': [detailType],
    ...(detail === undefined ? {} : { detail: fieldsOf(detail) }),
  };
}

function fieldsOf(pattern: DetailPattern): object {
  return Object.fromEntries(
    Object.entries(pattern).map(([field, wanted]) => [field, isFields(wanted) ? fieldsOf(wanted) : [wanted].flat()]),
  );
}

function isFields(wanted: EventMatcher | DetailPattern): wanted is DetailPattern {
  return typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted);
}
