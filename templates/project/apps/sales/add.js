// One shard: adds up every n-th sale of the day. Plain Node, so that the image needs nothing else.
import { readFile } from 'node:fs/promises';

// As a shell reports it. As process 1 of a container, Node would not end by the signal at all.
process.on('SIGTERM', () => process.exit(143));

const { NIGHTSHIFT_ATTEMPT_ID = '', NIGHTSHIFT_SHARD_COUNT = '1', AWS_BATCH_JOB_ARRAY_INDEX = '0' } = process.env;
const { date } = JSON.parse(process.env.JOB_INPUT ?? '{}');
const shard = Number(AWS_BATCH_JOB_ARRAY_INDEX);

// Stands in for your database.
const [, ...lines] = (await readFile(new URL('sales.csv', import.meta.url), 'utf8')).trimEnd().split('\n');
const amounts = lines
  .filter((_, index) => index % Number(NIGHTSHIFT_SHARD_COUNT) === shard)
  .map((line) => Number(line.split(',')[1]));
console.log(`${date}: shard ${shard} adds up ${amounts.length} sales`);

const output = { sales: amounts.length, cents: amounts.reduce((sum, cents) => sum + cents, 0) };
console.log(JSON.stringify({ nightshift: { attempt: NIGHTSHIFT_ATTEMPT_ID, shard, output, records: output.sales } }));
