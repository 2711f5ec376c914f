import { AwsError } from '../aws-error.ts';

/** Limits of CodeBuild. */
export const limits = {
  timeoutMinutes: { min: 5, max: 2_160 },
  defaultTimeoutMinutes: 60,
  queuedMinutes: { min: 5, max: 480 },
  autoRetries: { min: 0, max: 10 },
  concurrentBuilds: { min: 1, max: 10_000 },
  describedBuilds: 100,
  describedProjects: 100,
  listedBuilds: 100,
} as const;

/** CodeBuild's answer to a request that is wrong in itself. */
export function invalidInput(message: string): AwsError {
  return new AwsError('InvalidInputException', message);
}

/** CodeBuild's answer to a name or id that means nothing. */
export function notFound(message: string): AwsError {
  return new AwsError('ResourceNotFoundException', message);
}

/** Refuses a number that is out of its range; one that is not given is right. */
export function checkNumber(name: string, value: number | undefined, range: { min: number; max: number }): void {
  if (value === undefined || (Number.isInteger(value) && value >= range.min && value <= range.max)) return;
  throw invalidInput(`Invalid ${name}: must be between ${range.min} and ${range.max}, got ${value}`);
}
