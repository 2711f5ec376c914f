import type { z } from 'zod';

/** Something that a person wrote for Nightshift (environment, config, job files) is wrong. All problems at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** One line each: where, what is wrong, what to write instead. */
  readonly problems: readonly string[];

  constructor(what: string, problems: readonly string[]) {
    super([`${what}:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

/** What zod found, as `path: message`; never the values. */
export function zodProblems(error: z.ZodError): string[] {
  return error.issues.map((issue) => {
    // Of a record's key, zod keeps the schema's own words one level deeper.
    const message =
      issue.code === 'invalid_key' ? issue.issues.map((inner) => inner.message).join(', ') : issue.message;
    return issue.path.length > 0 ? `${issue.path.join('.')}: ${message}` : message;
  });
}
