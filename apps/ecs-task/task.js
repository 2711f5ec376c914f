// One image, two tasks: node task.js prices | node task.js calendar
import { readCalendar } from './calendar.js';
import { readPrices } from './prices.js';

const work = { prices: readPrices, calendar: readCalendar };

// As a shell reports it. As process 1 of a container, Node would not end by the signal at all.
process.on('SIGTERM', () => process.exit(143));

try {
  const [name = ''] = process.argv.slice(2);
  if (!Object.hasOwn(work, name))
    throw new Error(`no such work: "${name}". Say one of: ${Object.keys(work).join(', ')}`);
  const { records, ...output } = await work[name](process.env);
  const attempt = process.env.NIGHTSHIFT_ATTEMPT_ID ?? '';
  console.log(JSON.stringify({ nightshift: { attempt, shard: 0, output: { ...output, records }, records } }));
} catch (error) {
  console.error(`ecs-task: ${error.message}`);
  process.exitCode = 1;
}
