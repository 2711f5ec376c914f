import { createHolds, type Hold, type HoldPoint } from './holds.ts';

/** What a rule does to a call. */
export const ruleKinds = [
  'throttle', // 429 or the service's like, nothing done
  'serverError', // 5xx, nothing done
  'accessDenied', // 403 or the service's like, nothing done
  'loseAnswer', // done, then the connection breaks
  'serverErrorAfter', // done, then 5xx
  'delay', // waits `ms`, then does it
  'delayAnswer', // does it, then waits `ms`
] as const;

/** One of `ruleKinds`. */
export type RuleKind = (typeof ruleKinds)[number];

/** Trouble for API calls. */
export interface CallRule {
  kind: RuleKind;
  /** Operation that it hits, e.g. `SubmitJob`. Default: all. */
  operation?: string | undefined;
  /** Service that it hits, e.g. `ecs`, where several have an operation of that name. Default: all. */
  service?: string | undefined;
  /** How many calls it hits before it is used up. Default: every one until `clear`. */
  times?: number | undefined;
  /** Milliseconds, for `delay` and `delayAnswer`. Default 1 000. */
  ms?: number | undefined;
}

/** What can happen to the attempt of a Batch job, or to an ECS task. */
export const jobRuleKinds = [
  'spotReclaim', // after `ms` of running: SIGTERM, then SIGKILL, as Fargate Spot does
  'outOfMemory', // after `ms` of running: SIGKILL and OutOfMemoryError
  'imagePull', // never starts: CannotPullContainerError
  'noCapacity', // stays RUNNABLE for `ms`, at the head of the queue: it keeps the vCPUs that it waits for; ECS refuses
  'slowStart', // stays STARTING for `ms`; in ECS, PENDING; a build, PROVISIONING
  'fault', // a build: after `ms` of running, CodeBuild itself breaks down under it
] as const;

/** One of `jobRuleKinds`. */
export type JobRuleKind = (typeof jobRuleKinds)[number];

/** Trouble for attempts of Batch jobs and for ECS tasks. */
export interface JobRule {
  kind: JobRuleKind;
  /**
   * Name of the Batch job that it hits, or family, `startedBy` or container of the ECS task; a trailing `*` matches any
   * end. Default: all.
   */
  jobName?: string | undefined;
  /** Index of the array's child or of the node that it hits. Default: all, and jobs that are neither. */
  index?: number | undefined;
  /** How many attempts it hits before it is used up. Default 1. */
  times?: number | undefined;
  /** Milliseconds, see the kinds. Default 0. */
  ms?: number | undefined;
}

/** Standing misbehaviour. */
export interface MisbehaviourSettings {
  /** ListJobs shows the state of so many milliseconds ago; ListTasks no task that is younger. */
  listingLagMs: number;
  /** DescribeTasks calls a task MISSING until so many milliseconds after it was run. */
  describeLagMs: number;
  /** Log events can be read so many milliseconds after they were written. */
  logLagMs: number;
  /** No event reaches the queue. */
  loseEvents: boolean;
  /** How many more times each event is delivered. */
  repeatEvents: number;
  /** Milliseconds between a state change and its event. */
  eventDelayMs: number;
  /** Neighbouring events change places. */
  reorderEvents: boolean;
}

/** Makes the local AWS misbehave, and well again. */
export interface Misbehaviour {
  /** Adds a rule for calls; of several that fit, the oldest is used. */
  rule(rule: CallRule): void;
  /** Adds a rule for attempts of jobs. */
  jobRule(rule: JobRule): void;
  /** Changes the settings that are named. */
  set(settings: Partial<MisbehaviourSettings>): void;
  /** Makes calls of an operation wait, before (default) or after the work, until released. */
  hold(operation: string, point?: HoldPoint): Hold;
  /** Drops rules and settings, and releases what is held. */
  clear(): void;
  readonly settings: Readonly<MisbehaviourSettings>;
}

/** A job or task as the rules see it. */
export interface RuledJob {
  name: string;
  /** What else a rule may call it by. */
  otherNames?: string[];
  index?: number | undefined;
}

/** The server's view: takes what applies, using it up. */
export interface ActiveMisbehaviour extends Misbehaviour {
  takeRule(call: { service: string; operation: string }): CallRule | undefined;
  takeJobRule(job: RuledJob): JobRule | undefined;
  heldAt(operation: string, point: HoldPoint): Promise<void>;
}

const wellBehaved: MisbehaviourSettings = {
  listingLagMs: 0,
  describeLagMs: 0,
  logLagMs: 0,
  loseEvents: false,
  repeatEvents: 0,
  eventDelayMs: 0,
  reorderEvents: false,
};

/** Makes a well-behaved one. */
export function createMisbehaviour(): ActiveMisbehaviour {
  const holds = createHolds();
  const settings = { ...wellBehaved };
  let rules: CountedRule<CallRule>[] = [];
  let jobRules: CountedRule<JobRule>[] = [];

  return {
    settings,
    rule: (rule) => void rules.push({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }),
    jobRule: (rule) => void jobRules.push({ rule, left: rule.times ?? 1 }),
    set: (changes) => void Object.assign(settings, changes),
    hold: holds.hold,
    heldAt: holds.pass,
    clear() {
      rules = [];
      jobRules = [];
      Object.assign(settings, wellBehaved);
      holds.releaseAll();
    },
    takeRule: (call) => take(rules, (rule) => isForCall(rule, call)),
    takeJobRule: (job) => take(jobRules, (rule) => fits(rule, job)),
  };
}

interface CountedRule<Rule> {
  rule: Rule;
  left: number;
}

function take<Rule>(rules: CountedRule<Rule>[], isFitting: (rule: Rule) => boolean): Rule | undefined {
  const found = rules.find((counted) => counted.left > 0 && isFitting(counted.rule));
  if (found) found.left -= 1;
  return found?.rule;
}

function isForCall(rule: CallRule, call: { service: string; operation: string }): boolean {
  if (rule.service !== undefined && rule.service !== call.service) return false;
  return rule.operation === undefined || rule.operation === call.operation;
}

function fits(rule: JobRule, job: RuledJob): boolean {
  if (rule.index !== undefined && rule.index !== job.index) return false;
  const { jobName } = rule;
  if (jobName === undefined) return true;
  return [job.name, ...(job.otherNames ?? [])].some((name) =>
    jobName.endsWith('*') ? name.startsWith(jobName.slice(0, -1)) : name === jobName,
  );
}
