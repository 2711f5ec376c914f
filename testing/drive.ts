import { hasEnded } from '../model/run-states.ts';
import { type ActivationJob, cancelledJob, timerJob } from './activation-jobs.ts';
import { answer } from './answers.ts';
import type { Command } from './commands.ts';
import type { Play } from './play.ts';
import { deadlineOf, runOutOfTime } from './play-ends.ts';
import type { Sandbox } from './sandbox.ts';
import type { Due } from './timeline.ts';

/** What the workflow waits for. */
interface Waits {
  timers: Map<number, Due>;
  /** Answers on their way, oldest first. */
  answers: Map<number, ActivationJob>;
}

/**
 * Carries a run out to its end: answers what it asks for, and sets the clock to whatever comes next.
 * @throws Error when the test lacks something that the run needs.
 */
export async function drive(play: Play, sandbox: Sandbox): Promise<void> {
  const waits: Waits = { timers: new Map(), answers: new Map() };
  let commands = await sandbox.start(play.run);
  while (!commands.some(({ kind }) => kind === 'end')) {
    for (const command of commands) take(play, waits, command);
    commands = await sandbox.tell(await nextJob(play, waits), play.now);
  }
  await Promise.all(play.pending);
  if (play.broken !== null) throw play.broken;
  if (!hasEnded(play.status)) throw new Error(`The workflow of ${play.run.runId} ended, and the run is ${play.status}`);
}

function take(play: Play, { timers, answers }: Waits, command: Command): void {
  switch (command.kind) {
    case 'activity': {
      const job = answer(play, command);
      if (job !== null) answers.set(command.seq, job);
      return;
    }
    case 'cancelActivity':
      if (answers.has(command.seq)) answers.set(command.seq, cancelledJob(command.seq));
      return;
    case 'timer': {
      const until = play.now + command.ms;
      play.done.slept.push({ ms: command.ms, until: new Date(until).toISOString() });
      timers.set(
        command.seq,
        play.timeline.add(until, () => timerJob(command.seq)),
      );
      return;
    }
    case 'cancelTimer': {
      const due = timers.get(command.seq);
      if (due !== undefined) play.timeline.drop(due);
    }
  }
}

async function nextJob(play: Play, { answers }: Waits): Promise<ActivationJob> {
  for (const [seq, job] of answers) {
    answers.delete(seq);
    return job;
  }
  for (;;) {
    await Promise.all(play.pending);
    if (play.broken !== null) throw play.broken;
    const due = play.timeline.next();
    const deadline = deadlineOf(play);
    if (due === undefined || due.at > deadline) {
      if (deadline === Number.POSITIVE_INFINITY) throw new Error(`${play.run.runId} waits for what never comes`);
      play.now = deadline;
      runOutOfTime(play);
      continue;
    }
    play.timeline.drop(due);
    play.now = Math.max(play.now, due.at);
    const job = due.tell();
    if (job !== null) return job;
  }
}
