import { type ScheduleDescription, ScheduleOverlapPolicy, type ScheduleSpec } from '@temporalio/client';
import { durationMs } from '../../model/duration.ts';
import type { Job } from '../../model/job.ts';
import { compileSchedule, runsOnce } from './compile.ts';
import { describeCalendar } from './describe-calendar.ts';
import { instantOf } from './instants.ts';

/** The name under which the worker serves `workflows/trigger.ts`. */
export const triggerWorkflow = 'nightshiftTrigger';

/** Where the schedules of one configuration and stage belong. */
export interface ScheduleHome {
  /** `<config name>-<stage>`. */
  owner: string;
  /** The task queue of the workers that serve {@link triggerWorkflow}. */
  taskQueue: string;
  /** IANA zone of schedules that name none. */
  timezone: string;
  /** Milliseconds; changes of the clocks are compiled from its year on. Default: the present. */
  now?: number;
}

/** All that a Temporal schedule of a job says, apart from what a person may set: pause, note, remaining actions. */
export interface ScheduleDefinition {
  spec: ScheduleSpec;
  action: {
    type: 'startWorkflow';
    workflowType: string;
    workflowId: string;
    taskQueue: string;
    args: [{ job: string }];
  };
  policies: { overlap: ScheduleOverlapPolicy; catchupWindow: number; pauseOnFailure: false };
  /** 1 for `at(...)`; undefined: without limit. */
  remainingActions?: 1;
}

/** One thing that differs between the job file and Temporal, as a person reads it. */
export interface Difference {
  what: string;
  from: string;
  to: string;
}

/**
 * The Temporal schedule of a job; null when the job has none.
 * @throws TypeError when the schedule does not compile.
 */
export function scheduleDefinition(job: Job, home: ScheduleHome): ScheduleDefinition | null {
  if (job.schedule === undefined) return null;
  return {
    spec: { ...compileSchedule(job.schedule, home.timezone, home.now) },
    action: {
      type: 'startWorkflow',
      workflowType: triggerWorkflow,
      workflowId: `nightshift-trigger/${job.id}`,
      taskQueue: home.taskQueue,
      args: [{ job: job.id }],
    },
    policies: {
      // A trigger that still waits for the database must not swallow the next date.
      overlap: ScheduleOverlapPolicy.ALLOW_ALL,
      catchupWindow: durationMs(job.schedule.catchUp ?? '12 hours'),
      pauseOnFailure: false,
    },
    ...(runsOnce(job.schedule) ? { remainingActions: 1 as const } : {}),
  };
}

/** What must change in Temporal. Looks at what the server has, not at a stored mark: an edit by hand is found too. */
export function differences(found: ScheduleDescription, wanted: ScheduleDefinition): Difference[] {
  const from = normalised(found);
  const to = normalised(wanted);
  return Object.keys(to)
    .filter((what) => from[what] !== to[what])
    .map((what) => ({ what, from: from[what] ?? '', to: to[what] ?? '' }));
}

function normalised({ spec, action, policies }: ScheduleDescription | ScheduleDefinition): Record<string, string> {
  const { calendars = [], intervals = [], skip = [], startAt, endAt, jitter, timezone } = spec;
  const regular = intervals.filter((each) => instantOf(each) === null);
  return {
    times: calendars.map(describeCalendar).sort().join(' | '),
    timezone: timezone || 'UTC',
    intervals: regular.map(({ every, offset }) => `${every} ms from ${offset ?? 0} ms`).join(' | '),
    'single times': intervals.flatMap((each) => showInstant(instantOf(each))).join(' '),
    start: startAt?.toISOString() ?? '',
    end: endAt?.toISOString() ?? '',
    'flexible window': jitter ? `${jitter} ms` : '',
    exceptions: skip.length === 0 ? '' : JSON.stringify(skip),
    'workflow type': String(action.workflowType),
    'workflow id': action.workflowId ?? '',
    'task queue': action.taskQueue,
    arguments: JSON.stringify(action.args),
    overlap: policies.overlap ?? '',
    'catch up': `${policies.catchupWindow} ms`,
    'pause on failure': String(policies.pauseOnFailure ?? false),
  };
}

function showInstant(instant: number | null): string[] {
  return instant === null ? [] : [new Date(instant).toISOString().replace('.000Z', 'Z')];
}
