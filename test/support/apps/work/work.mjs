/**
 * The container of the tests' jobs. What it does is decided by files in the folder that the input names, from outside:
 *   hold          it waits while this file is there
 *   hold-<shard>  the same for one shard
 *   hold-<step>   the same for one step; the "/" of a branch is written "."
 *   fail-<shard>  it ends with exit code 3 and a stack trace
 *   fail-<step>   the same for one step
 *   mute          it prints no output line
 *   stubborn      it ignores SIGTERM
 * It leaves a line in `started` and, when it ends by itself, in `ended`.
 */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const env = process.env;
const position = Number(env.AWS_BATCH_JOB_ARRAY_INDEX ?? 0);
const map = Buffer.from(env.NIGHTSHIFT_SHARD_MAP ?? '', 'base64');
const carried = [...map].flatMap((byte, index) =>
  [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (1 << bit)).map((bit) => index * 8 + bit),
);
const shard = carried.length === 0 ? position : carried[position];
const given = JSON.parse(env.JOB_INPUT);
const pointer = given.nightshiftInput ?? { shards: { [shard]: given } };
const { dir, value } = pointer.file ? JSON.parse(readFileSync(pointer.file, 'utf8')) : pointer.shards[shard];
const step = env.NIGHTSHIFT_STEP.replaceAll('/', '.');
const line = `${env.NIGHTSHIFT_STEP} ${shard} ${process.pid}\n`;

process.on('SIGTERM', () => existsSync(join(dir, 'stubborn')) || process.exit(143));
appendFileSync(join(dir, 'started'), line);
while (['hold', `hold-${shard}`, `hold-${step}`].some((file) => existsSync(join(dir, file)))) {
  await new Promise((resume) => setTimeout(resume, 20));
}
if ([`fail-${shard}`, `fail-${step}`].some((file) => existsSync(join(dir, file)))) {
  console.log('about to fail');
  console.error(new Error(`shard ${shard} was told to fail`).stack);
  process.exit(3);
}
if (!existsSync(join(dir, 'mute'))) {
  const output = { shard, value: value ?? null, tokens: JSON.parse(env.NIGHTSHIFT_LOCK_TOKENS ?? '{}') };
  console.log(JSON.stringify({ nightshift: { attempt: env.NIGHTSHIFT_ATTEMPT_ID, shard, output, records: 10 } }));
}
appendFileSync(join(dir, 'ended'), line);
