import { defaultPayloadConverter } from '@temporalio/common';

/** A payload, as Temporal carries values. */
export type Payload = ReturnType<typeof defaultPayloadConverter.toPayload>;

/** One thing that a workflow is told, in the form in which a worker gets it from Temporal. */
export type ActivationJob =
  | { variant: 'initializeWorkflow'; initializeWorkflow: Record<string, unknown> }
  | { variant: 'fireTimer'; fireTimer: { seq: number } }
  | { variant: 'resolveActivity'; resolveActivity: Record<string, unknown> & { seq: number } }
  | { variant: 'signalWorkflow'; signalWorkflow: Record<string, unknown> };

/** The workflow starts. */
export function startJob(workflowType: string, workflowId: string, input: Payload) {
  const initializeWorkflow = { workflowType, workflowId, arguments: [input], headers: {} };
  return { variant: 'initializeWorkflow', initializeWorkflow } as const;
}

/** A timer is over. */
export function timerJob(seq: number): ActivationJob {
  return { variant: 'fireTimer', fireTimer: { seq } };
}

/** A signal with one argument. */
export function signalJob(signalName: string, argument: unknown): ActivationJob {
  const input = [defaultPayloadConverter.toPayload(argument)];
  return { variant: 'signalWorkflow', signalWorkflow: { signalName, input, headers: {} } };
}

/** An activity has given a value. */
export function completedJob(seq: number, value: unknown): ActivationJob {
  const result = { completed: { result: defaultPayloadConverter.toPayload(value) } };
  return { variant: 'resolveActivity', resolveActivity: { seq, result } };
}

/** An activity has failed for good, with a failure of this type. */
export function failedJob(seq: number, { type, message }: { type: string; message: string }): ActivationJob {
  const cause = { message, source: 'TypeScriptSDK', applicationFailureInfo: { type, nonRetryable: true } };
  const failure = { message: 'Activity task failed', activityFailureInfo: { activityId: String(seq) }, cause };
  return { variant: 'resolveActivity', resolveActivity: { seq, result: { failed: { failure } } } };
}

/** An activity was cancelled by the workflow before it had an answer. */
export function cancelledJob(seq: number): ActivationJob {
  const failure = { message: 'Activity cancelled', source: 'TypeScriptSDK', canceledFailureInfo: {} };
  return { variant: 'resolveActivity', resolveActivity: { seq, result: { cancelled: { failure } } } };
}
