import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** How the fake answers a command: the first whose pattern fits the arguments, joined by blanks. */
export interface Answer {
  args: RegExp;
  code?: number;
  output?: string;
  /** Goes on until it is killed. */
  hangs?: boolean;
}

/** A program named docker. */
export interface FakeDocker {
  /** For PATH: the fake's folder, and Node's. */
  path: string;
  /** The command lines that it got, oldest first. */
  calls(): Promise<string[]>;
}

/** Writes a `docker` into the project's `.nightshift` that notes what it is asked and answers as told; what is not told succeeds silently. */
export async function fakeDocker(project: string, answers: readonly Answer[]): Promise<FakeDocker> {
  // Where no image's content is.
  const folder = join(project, '.nightshift', 'fake');
  const bin = join(folder, 'bin');
  const log = join(folder, 'docker.log');
  await mkdir(bin, { recursive: true });
  await writeFile(log, '');
  const told = answers.map(({ args, ...answer }) => ({ ...answer, args: args.source }));
  const program = `#!${process.execPath}
import { appendFileSync } from 'node:fs';
const line = process.argv.slice(2).join(' ');
appendFileSync(${JSON.stringify(log)}, line + '\\n');
const answer = ${JSON.stringify(told)}.find(({ args }) => new RegExp(args).test(line)) ?? {};
process.stdout.write(answer.output ?? '');
process.exitCode = answer.code ?? 0;
if (answer.hangs) setInterval(() => undefined, 60_000);
`;
  await writeFile(join(bin, 'docker'), program);
  await chmod(join(bin, 'docker'), 0o755);
  return {
    path: bin,
    calls: async () => (await readFile(log, 'utf8')).split('\n').filter((line) => line !== ''),
  };
}
