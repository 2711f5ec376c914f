import type { BuildPhaseType } from '@aws-sdk/client-codebuild';
import { splitLines } from '../lines.ts';
import type { ProcessEnd } from '../process.ts';
import { type Build, endPhase, enterPhase } from './build.ts';
import { commandsOf } from './build-script.ts';
import { type Buildspec, type PhaseName, phaseNames } from './buildspec.ts';
import type { BuildFailure } from './prepare-build.ts';

/** Follows a build's scripts by what they say on file descriptor 3. */
export interface Following {
  read(chunk: Buffer): void;
  /** After the process's end: why the phase that it was in is a failure, if it did not end it itself. */
  end(ended: ProcessEnd): BuildFailure | undefined;
}

/** Moves a build through its phases. */
export function followBuild(build: Build, spec: Buildspec): Following {
  let name: PhaseName | undefined;
  let command: string | undefined;
  let hasEnded = true;

  const failure = (reason: string): BuildFailure => ({
    status: 'FAILED',
    context: {
      statusCode: 'COMMAND_EXECUTION_ERROR',
      message: `Error while executing command: ${command ?? ''}. Reason: ${reason}`,
    },
  });

  function enter(text: string): void {
    name = phaseNames.find((one) => one === text);
    if (!name) return;
    command = undefined;
    hasEnded = false;
    enterPhase(build, name.toUpperCase() as BuildPhaseType);
  }

  function leave(status: number): void {
    hasEnded = true;
    if (status === 0) endPhase(build, 'SUCCEEDED');
    else endPhase(build, 'FAILED', failure(`exit status ${status}`).context);
  }

  const lines = splitLines((line) => {
    // A build that is being ended is told of by its end: what its shells say now is only that they were ended.
    if (build.end) return;
    const [word, first = '', second = ''] = line.split(' ');
    if (word === 'phase') enter(first);
    if (word === 'command' && name) command = commandsOf(spec, name)[Number(first)]?.trimEnd();
    if (word === 'end') leave(Number(first));
    if (word === 'exported') keepExported(build, first, Buffer.from(second, 'base64').toString('utf8'));
  });

  return {
    read: (chunk) => lines.write(chunk),
    end({ exitCode, signal }) {
      lines.end();
      if (hasEnded) return undefined;
      return failure(
        signal === undefined ? `exit status ${exitCode}` : `signal: ${signal === 'SIGKILL' ? 'killed' : signal}`,
      );
    },
  };
}

function keepExported(build: Build, name: string, value: string): void {
  build.exported = [...build.exported.filter((variable) => variable.name !== name), { name, value }];
}
