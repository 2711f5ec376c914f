import { ApplicationFailure, proxySinks, type Sinks, type WorkflowInterceptors } from '@temporalio/workflow';

/** Takes what a workflow asks for, one line a command, also during replay. */
export interface CommandSinks extends Sinks {
  commands: { record(line: string): void };
}

const { commands } = proxySinks<CommandSinks>();

/**
 * A workflow interceptor module, bundled only by tests: says every command of a workflow together with its arguments.
 * Replay alone compares neither arguments nor timers nor results, so a change of them would go unseen.
 */
export function interceptors(): WorkflowInterceptors {
  return {
    inbound: [
      {
        async execute(input, next) {
          try {
            const result = await next(input);
            record('complete', { result });
            return result;
          } catch (error) {
            record('fail', failureOf(error));
            throw error;
          }
        },
      },
    ],
    outbound: [
      {
        scheduleLocalActivity(input, next) {
          record(`local activity ${input.activityType}`, { args: input.args, options: input.options });
          return next(input);
        },
        scheduleActivity(input, next) {
          record(`activity ${input.activityType}`, { args: input.args, options: input.options });
          return next(input);
        },
        startTimer(input, next) {
          record('timer', { ms: input.durationMs });
          return next(input);
        },
        startChildWorkflowExecution(input, next) {
          record(`child ${input.workflowType}`, { options: input.options });
          return next(input);
        },
        signalWorkflow(input, next) {
          record(`signal ${input.signalName}`, { args: input.args, target: input.target });
          return next(input);
        },
        continueAsNew(input, next) {
          record('continue as new', { args: input.args, options: input.options });
          return next(input);
        },
      },
    ],
  };
}

function record(command: string, what: Record<string, unknown>): void {
  commands.record(`${command} ${JSON.stringify(what, withoutStack)}`);
}

/** A stack trace names lines of the bundle, which move with every change. */
function withoutStack(key: string, value: unknown): unknown {
  return key === 'stack' ? '<stack>' : value;
}

function failureOf(error: unknown): Record<string, unknown> {
  if (error instanceof ApplicationFailure) return { type: error.type, message: error.message };
  return { type: error instanceof Error ? error.name : typeof error, message: String(error) };
}
