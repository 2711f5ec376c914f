import { ApplicationFailure, condition } from '@temporalio/workflow';
import type { OtherAnswer } from '../engine/run-other.ts';
import { type FailureClass, failureClasses, type RunError } from '../model/failures.ts';
import { runId } from '../model/run-id.ts';
import type { RunInput } from '../model/settings.ts';
import { runOther } from './activities.ts';
import type { Inbox } from './inbox.ts';
import { handled } from './misuse.ts';

/** What `runJob` may be told. */
interface Options {
  date?: string;
  input?: unknown;
}

/** Makes `runJob` for one run, which notes what it waits for in `open`. */
export function makeRunOther(run: RunInput, inbox: Inbox, open: Set<string>) {
  return handled(async (other: { id: string } | string, options: Options = {}): Promise<unknown> => {
    const job = typeof other === 'string' ? other : other.id;
    const runKey = options.date ?? run.date ?? run.runKey;
    const id = runId(job, runKey);
    const request = { runId: run.runId, execution: run.execution, job, runKey, input: options.input };
    open.add(`runJob of ${id}`);
    try {
      for (;;) {
        const answer = await runOther(request);
        if (answer.status === 'ended') return resultOf(id, answer);
        await condition(() => inbox.othersEnded.has(id));
        inbox.othersEnded.delete(id);
      }
    } finally {
      open.delete(`runJob of ${id}`);
    }
  });
}

function resultOf(id: string, ended: Extract<OtherAnswer, { status: 'ended' }>): unknown {
  if (ended.as === 'succeeded') return ended.result ?? undefined;
  const fallback = ended.as === 'notRun' ? ended.reason : ended.as;
  const known = (name: string | null): name is FailureClass => name !== null && name in failureClasses;
  const failureClass = ended.error?.class ?? (known(fallback) ? fallback : 'jobCode');
  const how = ended.as === 'notRun' ? `was not run (${ended.reason ?? 'no reason'})` : `ended as ${ended.as}`;
  const why = ended.error === null ? '' : `: ${ended.error.message}`;
  const error: RunError = {
    class: failureClass,
    message: `${id}, which this run waited for, ${how}${why}`,
    hint: `Look at it with \`nightshift show ${id}\`; a retry of this run retries it, if this run had started it.`,
  };
  return fail(error);
}

function fail(error: RunError): never {
  throw ApplicationFailure.create({ message: error.message, type: error.class, nonRetryable: true, details: [error] });
}
