import type { TaskOverride } from '@aws-sdk/client-ecs';
import { overrideLimit } from '../container-overrides.ts';
import { type EcsRequest, StartRefused } from '../port.ts';

/** What a request changes in its task definition. The same request gives the same text, and so the same token. */
export function taskOverride(request: Pick<EcsRequest, OverrideParts>): TaskOverride {
  const names = Object.keys(request.environment).sort();
  return {
    cpu: String(request.vcpu * 1_024),
    memory: String(request.memoryMib),
    containerOverrides: [
      {
        name: request.container,
        command: [...request.command],
        environment: names.map((name) => ({ name, value: request.environment[name] ?? '' })),
      },
    ],
  };
}

type OverrideParts = 'container' | 'command' | 'environment' | 'vcpu' | 'memoryMib';

/** The length that ECS compares with its limit, in characters. */
export function taskOverrideLength(request: Pick<EcsRequest, OverrideParts>): number {
  return JSON.stringify(taskOverride(request)).length;
}

/**
 * Finds an input that is too long before AWS does.
 * @throws StartRefused `inputTooLarge`, with the numbers.
 */
export function checkOverrides(request: Pick<EcsRequest, OverrideParts | 'name'>): void {
  const length = taskOverrideLength(request);
  if (length <= overrideLimit) return;
  throw new StartRefused(
    'inputTooLarge',
    `The command, environment and input take ${length} characters, ECS takes ${overrideLimit} [name=${request.name}]`,
  );
}
