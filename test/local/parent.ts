import { startChild } from '../../local/child.ts';
import { startPostgres } from '../../local/postgres/start-postgres.ts';
import { startTemporal } from '../../local/temporal/start-temporal.ts';

/** A process of its own that starts one server, prints its process id, and stays: tests kill it with SIGKILL. */
const [kind = '', place = ''] = process.argv.slice(2);

const starts: Readonly<Record<string, () => Promise<{ pid: number }>>> = {
  postgres: () => startPostgres({ directory: place, password: 'test', database: 'kept' }),
  temporal: () => startTemporal({ binary: place }),
  stubborn: async () =>
    startChild({ command: '/bin/sh', args: ['-c', place], env: { PATH: '/usr/bin:/bin' }, killAfterMs: 1_000 }),
};

const started = await starts[kind]?.();
console.log(JSON.stringify({ pid: started?.pid }));
setInterval(() => undefined, 60_000);
