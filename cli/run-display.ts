import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import { formatMs } from '../model/duration.ts';
import { describeRun, describeStep, lineShower, type RunView } from './follow-run.ts';

/** Shows runs while they go: live on a terminal, one line a change elsewhere. */
export interface RunDisplay {
  show(views: RunView[]): void;
  /** Leaves the last picture on the screen. */
  done(): void;
}

/** On stderr when stdout carries JSON, else on stdout. */
export function runDisplay(stream: NodeJS.WriteStream): RunDisplay {
  if (!stream.isTTY) {
    const started = Date.now();
    const show = lineShower((line) => stream.write(`${formatMs(Date.now() - started).padStart(10)}  ${line}\n`));
    return { show, done: () => undefined };
  }
  const update = createLogUpdate(stream);
  return { show: (views) => update(views.map(picture).join('\n')), done: () => update.done() };
}

function picture(view: RunView): string {
  const head = `${mark(view.run.status)} ${pc.bold(view.run.id)}  ${describeRun(view)}${elapsed(view)}`;
  return [head, ...view.steps.map((step) => `    ${mark(step.status)} ${step.key}  ${describeStep(step)}`)].join('\n');
}

function elapsed({ run }: RunView): string {
  if (run.status !== 'running' || run.startedAt === null) return '';
  return pc.dim(`  ${formatMs(Math.max(0, Date.now() - run.startedAt.getTime()))}`);
}

function mark(status: string): string {
  if (status === 'succeeded') return pc.green('✓');
  if (['failed', 'timedOut'].includes(status)) return pc.red('✗');
  if (['cancelled', 'notRun', 'stopped'].includes(status)) return pc.yellow('–');
  return pc.cyan('•');
}
