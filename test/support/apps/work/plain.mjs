/**
 * A program that knows nothing of Nightshift: it reads AWS's own index and prints one indented JSON value. The file
 * `crash-<index>` in the folder of its input makes that child fail once: it is removed.
 */
import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const given = JSON.parse(process.env.JOB_INPUT);
const pointer = given.nightshiftInput?.file;
const { dir, text } = pointer ? JSON.parse(readFileSync(pointer, 'utf8')) : given;
const index = Number(process.env.AWS_BATCH_JOB_ARRAY_INDEX ?? 0);
const crash = join(dir, `crash-${index}`);
appendFileSync(join(dir, 'plain'), `${index} ${process.env.AWS_BATCH_JOB_ATTEMPT}\n`);
if (existsSync(crash)) {
  rmSync(crash);
  console.log('half a line: {"index":');
  process.exit(9);
}
console.log(JSON.stringify({ index, word: process.argv[2], length: text?.length ?? 0 }, null, 2));
