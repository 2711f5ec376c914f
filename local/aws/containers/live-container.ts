import type { JournalWriter } from '../journal.ts';
import type { ProcessEnd, TaskProcess } from '../process.ts';

/** Whose container it is, in the words of the journal. */
export interface ContainerOwner {
  /** Id of the Batch job, ARN of the ECS task. */
  jobId: string;
  jobName: string;
  attempt: number;
  index?: number;
  /** Name of the container, where a task can have several. */
  container?: string;
}

/** A container that was started. */
export interface Container {
  pid: number;
  /** Resolves when nothing of it is left and the journal has its end. Never rejects. */
  ended: Promise<ProcessEnd>;
  /** SIGTERM, after the grace SIGKILL; nothing when it has been signalled already. */
  end(killGraceMs: number): void;
  /** SIGKILL at once. */
  kill(): void;
}

/** Watches over a process until its end, which it notes in the journal. */
export function liveContainer(process: TaskProcess, owner: ContainerOwner, journal: JournalWriter): Container {
  let state: 'running' | 'signalled' | 'ended' = 'running';
  let killTimer: NodeJS.Timeout | undefined;

  async function watch(): Promise<ProcessEnd> {
    const end = await process.ended;
    clearTimeout(killTimer);
    const wasSignalled = state === 'signalled';
    state = 'ended';
    if (wasSignalled) await process.clear(markOf(owner));
    noteEnd(journal, { owner, pid: process.pid, end });
    return end;
  }

  return {
    pid: process.pid,
    ended: watch(),
    end(killGraceMs) {
      if (state !== 'running') return;
      state = 'signalled';
      process.signal('SIGTERM');
      killTimer = setTimeout(() => process.signal('SIGKILL'), killGraceMs);
    },
    kill() {
      if (state === 'ended') return;
      state = 'signalled';
      process.signal('SIGKILL');
    },
  };
}

/** What the environment of all of a container's processes says, so that those that left their group are found. */
export function markOf({ jobId, container }: Pick<ContainerOwner, 'jobId' | 'container'>): string {
  return container === undefined ? jobId : `${jobId}/${container}`;
}

function noteEnd(journal: JournalWriter, ended: { owner: ContainerOwner; pid: number; end: ProcessEnd }): void {
  const { jobId, attempt, index, container } = ended.owner;
  const { exitCode, signal } = ended.end;
  journal.write({
    kind: 'ended',
    at: Date.now(),
    pid: ended.pid,
    jobId,
    attempt,
    ...(index === undefined ? {} : { index }),
    ...(container === undefined ? {} : { container }),
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(signal === undefined ? {} : { signal }),
  });
}
