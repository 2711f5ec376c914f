import { writeAudit } from '../store/audit.ts';
import type { Sql } from '../store/database.ts';
import type { RunRow } from '../store/runs.ts';
import { forgetStepsFrom, skipStep } from '../store/step-marks.ts';
import { listSteps, type StepRow } from '../store/steps.ts';
import { Refused } from './engine.ts';

/** What of a run's steps a retry changes. */
export type StepChoice =
  /** This step and all that were started after it run again. */
  | { step: string }
  /** This failed step counts as succeeded, without output. */
  | { skipStep: string; reason: string };

/**
 * Carries the choice out, inside the transaction that opens the run's next execution.
 * @throws Refused when the step is not there, or is not failed; the message names those that are.
 */
export async function reopenSteps(sql: Sql, run: RunRow, choice: StepChoice & { who: string }): Promise<void> {
  const steps = await listSteps(sql, run.id, run.generation);
  const entry = { runId: run.id, who: choice.who };
  if ('step' in choice) {
    const keys = await forgetStepsFrom(sql, known(run, steps, choice.step));
    return writeAudit(sql, { ...entry, action: `run again: ${keys.join(', ')}` });
  }
  const step = known(run, steps, choice.skipStep);
  if (step.status !== 'failed') refuse(`Step ${step.key} of ${run.id} is ${step.status}, not failed`, failed(steps));
  await skipStep(sql, step.id);
  await writeAudit(sql, { ...entry, action: `skip step ${step.key}`, reason: choice.reason });
}

function known(run: RunRow, steps: StepRow[], key: string): StepRow {
  const found = steps.find((step) => step.key === key);
  return found ?? refuse(`${run.id} has no step "${key}"`, steps);
}

function failed(steps: StepRow[]): StepRow[] {
  return steps.filter((step) => step.status === 'failed');
}

function refuse(what: string, instead: StepRow[]): never {
  const keys = instead.map((step) => `${step.key} (${step.status})`).join(', ');
  throw new Refused(instead.length === 0 ? `${what}, and there is none to name` : `${what}; there is ${keys}`);
}
