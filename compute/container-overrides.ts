import type { ContainerOverrides } from '@aws-sdk/client-batch';
import { type BatchRequest, StartRefused } from './port.ts';

/** AWS's limit on the overrides of one job, in characters of JSON. Longer ones are accepted, and the job fails later. */
export const overrideLimit = 8_192;

type OverrideParts = Pick<BatchRequest, 'name' | 'command' | 'environment' | 'vcpu' | 'memoryMib'>;

/** What a request changes in its job definition, in the form that AWS takes. The same request gives the same text. */
export function containerOverrides(request: OverrideParts): ContainerOverrides {
  const names = Object.keys(request.environment).sort();
  return {
    command: [...request.command],
    environment: names.map((name) => ({ name, value: request.environment[name] ?? '' })),
    resourceRequirements: [
      { type: 'VCPU', value: String(request.vcpu) },
      { type: 'MEMORY', value: String(request.memoryMib) },
    ],
  };
}

/** The length that AWS compares with its limit, in characters. */
export function overrideLength(request: OverrideParts): number {
  return JSON.stringify(containerOverrides(request)).length;
}

/**
 * Finds an input that is too long before AWS does.
 * @throws StartRefused `inputTooLarge`, with the numbers.
 */
export function checkOverrideLength(request: OverrideParts): void {
  const length = overrideLength(request);
  if (length <= overrideLimit) return;
  const inputLength = request.environment.JOB_INPUT?.length ?? 0;
  throw new StartRefused(
    'inputTooLarge',
    `The command, environment and input take ${length} characters, AWS takes ${overrideLimit} ` +
      `[name=${request.name}, JOB_INPUT=${inputLength}]`,
  );
}
