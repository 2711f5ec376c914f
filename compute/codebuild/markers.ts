import type { Build } from '@aws-sdk/client-codebuild';
import { tagNames } from '../port.ts';

/** Variables of a build by which it is led back to its row, in place of tags. */
export const markers = { name: 'NIGHTSHIFT_NAME', database: 'NIGHTSHIFT_DATABASE', attempt: 'NIGHTSHIFT_ATTEMPT_ID' };

/** The value of a build's variable; undefined when it has none of the name. */
export function variableOf(build: Build, name: string): string | undefined {
  return build.environment?.environmentVariables?.find((variable) => variable.name === name)?.value;
}

/** What a build's variables say, as the tags of other services do. */
export function tagsOf(build: Build): Record<string, string> {
  const said = {
    [tagNames.attempt]: variableOf(build, markers.attempt),
    [tagNames.database]: variableOf(build, markers.database),
    [tagNames.name]: variableOf(build, markers.name),
  };
  return Object.fromEntries(
    Object.entries(said).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
