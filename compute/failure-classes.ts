import type { FailureClass } from '../model/failures.ts';
import { storedText } from './stored-text.ts';

/** What AWS says of one job that has ended, or of one child of an array. */
export interface EndFacts {
  succeeded: boolean;
  /** Why the job has its status; `''` when AWS says nothing. */
  statusReason: string;
  /** What the container's runtime says; `''` when AWS says nothing. */
  containerReason: string;
  /** null when the container never ran, or AWS names none. */
  exitCode: number | null;
  /** Somebody asked AWS to end it. */
  stopped: boolean;
  /** ECS's code for why a task stopped; `''` elsewhere. */
  stopCode?: string;
}

interface Row {
  /** AWS's words begin so; either of its two reasons will do. */
  begins?: string;
  when?: (facts: EndFacts) => boolean;
  class: FailureClass;
}

/** ECS's codes for an end that comes from the host. */
const hostCodes = ['ServiceSchedulerInitiated', 'TerminationNotice', 'InfrastructureHealth'];

/**
 * AWS's words for a failure, most telling first: the first row that matches decides. Words come before exit codes,
 * because a container that AWS killed has one too (137).
 */
const rows: Row[] = [
  // Fargate Spot takes its capacity back, after two minutes' notice.
  { begins: 'Your Spot Task was interrupted', class: 'spot' },
  // The EC2 host went away: Spot, or a loss of the host.
  { begins: 'Host EC2', class: 'spot' },
  // Killed by Batch at attemptDurationSeconds.
  { begins: 'Job attempt duration exceeded timeout', class: 'timeout' },
  // Killed by the kernel at the memory limit.
  { begins: 'OutOfMemoryError', class: 'outOfMemory' },
  // CannotPullContainerError and its kin: missing image, no right to it, registry or network down.
  { begins: 'CannotPull', class: 'imagePull' },
  // A secret or a log group that is missing or not permitted.
  { begins: 'ResourceInitializationError', class: 'startFailed' },
  // The command is not in the image, or may not be executed.
  { begins: 'CannotStartContainerError', class: 'startFailed' },
  // The definition and the image do not fit together.
  { begins: 'CannotCreateContainerError', class: 'startFailed' },
  // The container runtime did not answer in time.
  { begins: 'DockerTimeoutError', class: 'infrastructure' },
  // SubmitJob accepts overrides above its limit; the job fails on them afterwards.
  { begins: 'Container Overrides length must be at most', class: 'inputTooLarge' },
  // Fargate had no room.
  { begins: 'Capacity is unavailable', class: 'capacity' },
  // The same, in the words of a RunTask that was refused.
  { begins: 'RESOURCE:', class: 'capacity' },
  // A RunTask that came too fast.
  { begins: 'Throttling', class: 'throttled' },
  { begins: 'Rate exceeded', class: 'throttled' },
  // ECS names a Spot loss by a code, too.
  { when: (facts) => facts.stopCode === 'SpotInterruption', class: 'spot' },
  // ECS or the host ended it, not we and not the program.
  { when: (facts) => facts.stopCode !== undefined && hostCodes.includes(facts.stopCode), class: 'infrastructure' },
  // The queue's time limit on its first job: no instances to be had.
  { begins: 'CAPACITY:', class: 'capacity' },
  // The queue's time limit on its first job: it can never start with this compute environment.
  { begins: 'MISCONFIGURATION:', class: 'stuckRunnable' },
  // A person or Nightshift ended it, in words of their own.
  { when: (facts) => facts.stopped, class: 'cancelled' },
  // The general word for everything before the container ran; any row above knows better.
  { begins: 'Task failed to start', class: 'startFailed' },
  // ECS: before the container ran.
  { when: (facts) => facts.stopCode === 'TaskFailedToStart', class: 'startFailed' },
  // Nothing else is known, so the program itself decided.
  { when: (facts) => facts.exitCode !== null && facts.exitCode !== 0, class: 'exitCode' },
];

/** How a job failed: class, and AWS's own words. Null when it succeeded. */
export function classify(facts: EndFacts): { class: FailureClass; reason: string } | null {
  const failureClass = rows.find((row) => matches(row, facts))?.class;
  if (!facts.succeeded) {
    // Without words and exit code nobody but AWS can know: its own trouble.
    return { class: failureClass ?? 'infrastructure', reason: reasonOf(facts) };
  }
  // A program that exits 0 on SIGTERM makes AWS report a success for work that was cut off.
  return failureClass === 'spot' ? { class: 'falseSuccess', reason: reasonOf(facts) } : null;
}

/** The class of AWS's words alone; null when no row knows them. */
export function classifyWords(words: string): FailureClass | null {
  return rows.find((row) => row.begins !== undefined && words.startsWith(row.begins))?.class ?? null;
}

function matches(row: Row, facts: EndFacts): boolean {
  if (row.when) return row.when(facts);
  const { begins } = row;
  return begins !== undefined && (facts.statusReason.startsWith(begins) || facts.containerReason.startsWith(begins));
}

function reasonOf(facts: EndFacts): string {
  const words = new Set([facts.containerReason, facts.statusReason].filter((text) => text !== ''));
  if (words.size > 0) return storedText([...words].join('; ').slice(0, 1_000));
  return facts.exitCode === null ? 'AWS names no reason and no exit code' : `Exit code ${facts.exitCode}`;
}
