import { checkedResult } from '../engine/calls/check-result.ts';
import type { TaskRequest } from '../engine/start-attempt.ts';
import { childRetries } from '../model/child-retries.ts';
import { durationMs } from '../model/duration.ts';
import type { TaskSettings } from '../model/task-settings.ts';
import { type FakeCall, fails, PlayedFailure, type WorkFailure } from './fakes.ts';
import type { Play, PlayedAttempt } from './play.ts';

/** How one shard of an attempt ended. */
export interface ShardEnd {
  shard: number;
  came: PlayedFailure | { output: unknown };
  tookMs: number;
}

interface Shard {
  call: Pick<TaskRequest, 'task' | 'input' | 'stepKey'>;
  shard: number;
}

/** Has the fake do the work of one shard; what AWS Batch itself tries again, it does again. */
export async function playShard(play: Play, attempt: PlayedAttempt, of: Shard): Promise<ShardEnd> {
  const settings = play.settings.tasks[of.call.task];
  if (settings === undefined) throw new Error(`${play.job.id} has no task "${of.call.task}"`);
  const own = settings.kind === 'batch' ? childRetries(attempt.shards.length, settings) : null;
  let tookMs = 0;
  for (let left = own?.times ?? 0; ; left -= 1) {
    const end = await playTry(play, attempt, { ...of, settings });
    tookMs += end.tookMs;
    const isFinal =
      !(end.came instanceof PlayedFailure) || own?.finalExitCodes.includes(end.came.exitCode ?? Number.NaN) === true;
    if (isFinal || left <= 0 || attempt.end !== null) return { ...end, shard: of.shard, tookMs };
  }
}

async function playTry(
  play: Play,
  attempt: PlayedAttempt,
  { call, shard, settings }: Shard & { settings: TaskSettings },
): Promise<Omit<ShardEnd, 'shard'>> {
  const step = play.steps.get(call.stepKey);
  const number = (step?.tries.get(shard) ?? 0) + 1;
  step?.tries.set(shard, number);
  const input = 'all' in call.input ? call.input.all : call.input.shards[shard];
  const single = step?.size == null;
  const { stepKey, task } = call;
  play.done.calls.push({ step: stepKey, task, ...(single ? {} : { shard }), attempt: number, input });
  let tookMs = 0;
  const takes = (duration: Parameters<FakeCall['takes']>[0]) => {
    tookMs = durationMs(duration);
  };
  const facts = { step: stepKey, task, shard: single ? null : shard, attempt: number, takes };
  const locks = [...play.settings.locks.map((lock) => lock.name), ...attempt.locks];
  const came = await outcomeOf(play, settings, { input, facts: { ...facts, locks } });
  const limitMs = settings.timeoutMs ?? Number.POSITIVE_INFINITY;
  if (tookMs <= limitMs) return { came, tookMs };
  const reason = `It took longer than its limit of ${limitMs / 1_000} s`;
  return { came: fails('timeout', { reason }), tookMs: limitMs };
}

async function outcomeOf(
  play: Play,
  settings: TaskSettings,
  { input, facts }: { input: unknown; facts: Omit<FakeCall, 'date' | 'now'> },
): Promise<ShardEnd['came']> {
  const given = input === null ? undefined : structuredClone(input);
  try {
    const call: FakeCall = { ...facts, date: play.run.date, now: new Date(play.now) };
    const output = await play.fakes[facts.task]?.(given, call);
    return output instanceof PlayedFailure ? output : carried(settings, output);
  } catch (error) {
    return thrown(settings, error);
  }
}

/** The output as the run gets it: JSON, and nothing of a task that declares none. */
function carried(settings: TaskSettings, output: unknown): ShardEnd['came'] {
  if ('output' in settings && settings.output === 'none') return { output: null };
  const result = checkedResult({ status: 'succeeded', output });
  if (result.status === 'succeeded') return { output: result.output };
  return fails(result.class as WorkFailure, { reason: result.reason });
}

function thrown(settings: TaskSettings, error: unknown): PlayedFailure {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const logTail = error instanceof Error ? (error.stack ?? '').split('\n').slice(0, 20) : [];
  const isCall = settings.kind === 'lambda' || settings.kind === 'function';
  return fails(isCall ? 'functionError' : 'exitCode', { reason, logTail });
}
