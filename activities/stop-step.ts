import type { Engine } from '../engine/engine.ts';
import { type StepStop, stopStep } from '../engine/stop-step.ts';
import { refuse } from './refuse.ts';

/** Makes the activity that has the attempt of one step stopped; the wake that follows proves its end. */
export function createStopStep(engine: Engine) {
  return (stop: StepStop): Promise<void> => stopStep(engine, stop).catch(refuse);
}
