import { defaultPayloadConverter } from '@temporalio/common';
import { tsToMs } from '@temporalio/common/lib/time.js';
import type { Payload } from './activation-jobs.ts';

/** What a workflow asks of the outside. */
export type Command =
  | { kind: 'activity'; seq: number; name: string; args: unknown[] }
  | { kind: 'cancelActivity'; seq: number }
  | { kind: 'timer'; seq: number; ms: number }
  | { kind: 'cancelTimer'; seq: number }
  | { kind: 'end' };

/** The end of an activation as the SDK gives it. */
interface Completion {
  successful?: { commands?: unknown[] | null } | null;
}

interface ActivityCommand {
  seq: number;
  activityType: string;
  arguments?: Payload[];
}

/** The commands of an activation, those that have no meaning here apart. */
export function commandsOf(completion: Completion): Command[] {
  const commands = (completion.successful?.commands ?? []) as Record<string, unknown>[];
  return commands.flatMap((command) => Object.entries(command).flatMap(([kind, value]) => commandOf(kind, value)));
}

/**
 * @throws TypeError for what no workflow of ours asks for.
 */
function commandOf(kind: string, value: unknown): Command[] {
  switch (kind) {
    case 'scheduleLocalActivity':
    case 'scheduleActivity': {
      const { seq, activityType, arguments: args = [] } = value as ActivityCommand;
      const decoded = args.map((payload) => defaultPayloadConverter.fromPayload(payload));
      return [{ kind: 'activity', seq, name: activityType, args: decoded }];
    }
    case 'requestCancelLocalActivity':
    case 'requestCancelActivity':
      return [{ kind: 'cancelActivity', seq: (value as { seq: number }).seq }];
    case 'startTimer': {
      const { seq, startToFireTimeout } = value as { seq: number; startToFireTimeout: Parameters<typeof tsToMs>[0] };
      return [{ kind: 'timer', seq, ms: tsToMs(startToFireTimeout) }];
    }
    case 'cancelTimer':
      return [{ kind: 'cancelTimer', seq: (value as { seq: number }).seq }];
    case 'completeWorkflowExecution':
    case 'failWorkflowExecution':
      return [{ kind: 'end' }];
    // How the command is shown to people.
    case 'userMetadata':
    case 'eventGroupMarkers':
      return [];
    default:
      throw new TypeError(
        `The run asks for ${kind}, which nightshift/testing cannot play: a job's code calls only tasks`,
      );
  }
}
