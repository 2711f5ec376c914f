import { setTimeout as delay } from 'node:timers/promises';
import { AwsError } from './aws-error.ts';
import type { JournalWriter } from './journal.ts';
import type { ActiveMisbehaviour, CallRule } from './misbehaviour.ts';
import type { Service } from './service.ts';
import type { WireCall } from './wire/wire-protocol.ts';

/** How a call ended: with an answer, an error, or with nothing said. */
export type CallEnd = { kind: 'answer'; answer: object } | { kind: 'error'; error: AwsError } | { kind: 'lost' };

/** What carrying out calls needs. */
export interface Calling {
  services: ReadonlyMap<string, Service>;
  journal: JournalWriter;
  misbehaviour: ActiveMisbehaviour;
  /** AWS's sentence about a call that the key's owner may not make; undefined: it may. */
  authorize(accessKeyId: string | undefined, call: WireCall): string | undefined;
}

/** Who calls. */
export interface Caller {
  /** Undefined: the request is not signed. */
  accessKeyId: string | undefined;
  /** Aborted when the caller has gone away. */
  signal: AbortSignal;
}

/** How long `delay` and `delayAnswer` wait when the rule does not say. */
const defaultDelayMs = 1_000;

/** Carries out a call with the misbehaviour that is asked for, and notes it in the journal. */
export async function carryOut(calling: Calling, call: WireCall, caller: Caller): Promise<CallEnd> {
  const at = Date.now();
  const service = calling.services.get(call.service);
  if (!service) throw new Error(`Not a service of the local AWS: ${call.service}`);
  const rule = calling.misbehaviour.takeRule(call);

  await calling.misbehaviour.heldAt(call.operation, 'before');
  if (rule?.kind === 'delay') await wait(rule);
  const unworked = refusal(service, call, rule) ?? denial(calling, service, { call, caller });
  const worked = unworked ?? (await work(service, call, caller.signal));
  const end = spoil(service, worked, rule);
  calling.journal.write({
    kind: 'call',
    at,
    service: call.service,
    operation: call.operation,
    request: withoutSecrets(call.request),
    outcome: outcomeOf(end),
    ...jobIdOf(call, worked),
  });
  await calling.misbehaviour.heldAt(call.operation, 'after');
  if (rule?.kind === 'delayAnswer') await wait(rule);
  return end;
}

/** Keeps no process alive: the server's socket does, as long as it listens. */
async function wait(rule: CallRule): Promise<void> {
  await delay(rule.ms ?? defaultDelayMs, undefined, { ref: false });
}

function refusal(service: Service, call: WireCall, rule: CallRule | undefined): CallEnd | undefined {
  const { throttled, failed, denied } = service.troubles;
  switch (rule?.kind) {
    case 'throttle':
      return errorEnd(throttled, 'Too Many Requests');
    case 'serverError':
      return errorEnd(failed, 'The service cannot answer at the moment.');
    case 'accessDenied':
      return errorEnd(denied, deniedMessage(service, call));
    default:
      return undefined;
  }
}

function deniedMessage(service: Service, call: WireCall): string {
  const action = `${service.name}:${call.operation}`;
  return `User: arn:aws:iam::000000000000:user/local is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
}

function denial(
  { authorize }: Calling,
  service: Service,
  { call, caller }: { call: WireCall; caller: Caller },
): CallEnd | undefined {
  if (!Object.hasOwn(service.operations, call.operation)) return undefined;
  const sentence = authorize(caller.accessKeyId, call);
  return sentence === undefined ? undefined : errorEnd(service.troubles.denied, sentence);
}

async function work(service: Service, call: WireCall, signal: AbortSignal): Promise<CallEnd> {
  const operation = Object.hasOwn(service.operations, call.operation) ? service.operations[call.operation] : undefined;
  if (!operation) {
    return {
      kind: 'error',
      error: new AwsError('UnknownOperationException', `The local AWS does not play ${call.operation}.`),
    };
  }
  try {
    return { kind: 'answer', answer: await operation(call.request, { bodyBytes: call.bodyBytes, signal }) };
  } catch (error) {
    if (error instanceof AwsError) return { kind: 'error', error };
    throw new Error(`The local AWS failed [operation=${call.operation}]`, { cause: error });
  }
}

/** Takes the answer away after the work. */
function spoil(service: Service, end: CallEnd, rule: CallRule | undefined): CallEnd {
  if (rule?.kind === 'loseAnswer') return { kind: 'lost' };
  if (rule?.kind === 'serverErrorAfter')
    return errorEnd(service.troubles.failed, 'The service cannot answer at the moment.');
  return end;
}

function errorEnd(trouble: { code: string; status: number }, message: string): CallEnd {
  return { kind: 'error', error: new AwsError(trouble.code, message, trouble.status) };
}

function outcomeOf(end: CallEnd): string {
  switch (end.kind) {
    case 'answer':
      return 'ok';
    case 'error':
      return end.error.code;
    case 'lost':
      return 'lost';
  }
}

/** The job, build or task that was made or meant, also when the caller never heard of it. */
function jobIdOf(call: WireCall, end: CallEnd): { jobId?: string } {
  const made = end.kind === 'answer' ? idIn(end.answer) : undefined;
  const jobId = made ?? call.request.jobId ?? (call.operation === 'StopTask' ? call.request.task : undefined);
  return typeof jobId === 'string' ? { jobId } : {};
}

/** The answer's `jobId`, the id of its `build`, or the ARN of the first of its `tasks` or of its `task`. */
function idIn(answer: MadeSomething): unknown {
  return answer.jobId ?? answer.build?.id ?? answer.task?.taskArn ?? answer.tasks?.[0]?.taskArn;
}

interface MadeSomething {
  jobId?: unknown;
  build?: { id?: unknown };
  task?: { taskArn?: unknown };
  tasks?: { taskArn?: unknown }[];
}

function withoutSecrets(request: Record<string, unknown>): Record<string, unknown> {
  return 'SecretString' in request ? { ...request, SecretString: '(left out)' } : request;
}
