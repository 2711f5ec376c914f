import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { Job } from '../model/job.ts';

/** The input of a run does not fit its job's schema. The message lists path and expectation, never the input. */
export class InputError extends Error {
  override readonly name = 'InputError';
  /** `path: expectation`, one for each thing that is wrong. */
  readonly problems: readonly string[];

  constructor(job: string, problems: readonly string[]) {
    super([`The input of ${job} was refused:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

const compiled = new WeakMap<object, ValidateFunction>();

/**
 * Checks an input at the door, before anything starts, and gives it back. A job without a schema takes none (undefined or null).
 * @throws InputError when it does not fit.
 */
export function checkInput(job: Pick<Job, 'id' | 'input'>, input: unknown): unknown {
  if (job.input === undefined) {
    if (input === undefined || input === null) return input;
    throw new InputError(job.id, ['input: this job takes none; leave it out, or give the job an input schema']);
  }
  const validate = compileInput(job.input);
  if (validate(input)) return input;
  throw new InputError(job.id, [...new Set((validate.errors ?? []).map(describe))]);
}

/**
 * Compiles an input schema (JSON Schema, draft 7), once for each schema.
 * @throws Error when Ajv cannot compile it.
 */
export function compileInput(schema: object): ValidateFunction {
  const known = compiled.get(schema);
  if (known) return known;
  // One Ajv for each schema: two jobs may use the same $id.
  const ajv = new Ajv({ allErrors: true, strictTypes: false, strictTuples: false, logger: false });
  formats.default(ajv);
  const validate = ajv.compile(schema);
  compiled.set(schema, validate);
  return validate;
}

/** Only Ajv's words about the schema are used: they hold no value of the input. */
function describe(error: ErrorObject): string {
  const path = `input${error.instancePath.replaceAll('/', '.')}`;
  const { allowedValues, additionalProperty } = error.params as {
    allowedValues?: unknown[];
    additionalProperty?: string;
  };
  if (allowedValues) return `${path}: must be one of ${allowedValues.map((value) => JSON.stringify(value)).join(', ')}`;
  if (additionalProperty !== undefined) return `${path}: must not have the property "${additionalProperty}"`;
  return `${path}: ${error.message ?? `does not pass "${error.keyword}"`}`;
}
