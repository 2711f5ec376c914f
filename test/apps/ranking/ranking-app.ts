import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const appFolder = fileURLToPath(new URL('../../../apps/ranking', import.meta.url));

/** The programs of the app, by the name of their file. */
export type EntryName = 'aggregate' | 'score' | 'publish' | 'repair' | 'notify';

/** What a program is told. */
export interface EntryInput {
  databaseUrl: string;
  date: string;
  /** Default: no array. */
  shard?: { index: number; count: number };
  /** The token of the lock `rankings`; null: the run holds no lock. Default 1. */
  token?: number | null;
}

/** What somebody outside sees of a program that has ended. */
export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
  /** The one output; undefined when there was none. */
  output: unknown;
  records: number | undefined;
  progress: { done: number; total: number }[];
  /** The error line, when there is one. */
  error: Record<string, unknown> | undefined;
}

/** The app, built by its own build script into a folder of its own. */
export interface RankingApp {
  start(entry: EntryName, input: EntryInput): { process: ChildProcess; ended: Promise<Ended> };
  run(entry: EntryName, input: EntryInput): Promise<Ended>;
  remove(): Promise<void>;
}

/** Builds the app as its image does. */
export async function buildRankingApp(): Promise<RankingApp> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ranking-'));
  await promisify(execFile)('npm', ['run', 'build', '--', `--outdir=${folder}`], { cwd: appFolder });
  await copyFile(path.join(appFolder, 'package.json'), path.join(folder, 'package.json'));
  const start: RankingApp['start'] = (entry, input) => {
    const child = spawn(process.execPath, [`${entry}.js`], { cwd: folder, env: environment(input) });
    return { process: child, ended: outcome(child, Promise.all([text(child.stdout), text(child.stderr)])) };
  };
  return {
    start,
    run: (entry, input) => start(entry, input).ended,
    remove: () => rm(folder, { recursive: true }),
  };
}

/** Nothing of this process's environment but PATH, as in a container. */
function environment({ databaseUrl, date, shard, token = 1 }: EntryInput): Record<string, string> {
  const array = shard && {
    AWS_BATCH_JOB_ARRAY_INDEX: String(shard.index),
    NIGHTSHIFT_SHARD_COUNT: String(shard.count),
  };
  const locks = token === null ? {} : { NIGHTSHIFT_LOCK_TOKENS: JSON.stringify({ rankings: token }) };
  const told = { DATABASE_URL: databaseUrl, JOB_INPUT: JSON.stringify({ date }) };
  return { PATH: process.env.PATH ?? '', ...told, ...locks, ...array };
}

interface Line {
  event?: string;
  level?: string;
  nightshift?: { output?: unknown; records?: number; progress?: { done: number; total: number } };
}

async function outcome(child: ChildProcess, output: Promise<[string, string]>): Promise<Ended> {
  const [[code], [stdout, stderr]] = await Promise.all([once(child, 'exit'), output]);
  const lines: Line[] = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
  const last = lines.find((line) => line.nightshift && 'output' in line.nightshift)?.nightshift;
  return {
    code,
    stdout,
    stderr,
    output: last?.output,
    records: last?.records,
    progress: lines.flatMap((line) => line.nightshift?.progress ?? []),
    error: lines.find((line) => line.level === 'error') as Record<string, unknown> | undefined,
  };
}
