import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startAwsProxy } from '../proxies/aws-proxy.ts';
import { startPostgresProxy } from '../proxies/postgres-proxy.ts';
import type { ServiceProxy } from '../proxies/proxy.ts';
import { createTap, type Point, type Tap } from '../proxies/tap.ts';
import { startTemporalProxy } from '../proxies/temporal-proxy.ts';
import { type LaunchedWorker, launchWorker } from '../spawn-worker.ts';
import { testTimings } from '../test-timings.ts';
import type { World } from '../world.ts';

/** One worker at a time that reaches AWS, Postgres and Temporal only through proxies. */
export interface Rig {
  tap: Tap;
  /** Starts the next worker; ends when it takes work, or was killed. */
  startWorker(): Promise<void>;
  /** kill -9 of the present worker, and its connections break. At once. */
  kill(): void;
  /** From now on the point is armed: the worker that comes there is killed there. The flag tells whether it came. */
  arm(point: Point): { hit: boolean };
}

/** Short periods, but with room for a machine that has much to do. */
const timings = {
  ...testTimings,
  ...{ submitClaimMs: 2_000, submitMarginMs: 800, lookGraceMs: 500, checkClaimMs: 2_000 },
  // What only repeats itself: less often, as there are many runs.
  ...{ sweepMs: 1_500, latchMs: 1_000, leaseMs: 1_000, deadlinesMs: 300, missedLookMs: 3_000 },
};

/** What a rig is put before, and the compiled program of its workers. */
export interface RigPlace {
  world: World;
  program: string;
}

/** Puts proxies before the services of a world, gives the rig to `use`, and takes it down whatever happens. */
export async function withRig({ world, program }: RigPlace, use: (rig: Rig) => Promise<void>): Promise<void> {
  const tap = createTap();
  const proxies: ServiceProxy[] = [];
  let present: LaunchedWorker | undefined;
  let workers = 0;
  const kill = () => {
    void present?.kill();
    for (const proxy of proxies) proxy.drop();
  };
  try {
    const partsFile = await putProxies(world, tap, proxies);
    await use({
      tap,
      kill,
      async startWorker() {
        workers += 1;
        const worker = launchWorker(partsFile, join(world.dir, `proxied-${workers}.log`), program);
        present = worker;
        await Promise.race([worker.ready, worker.ended]);
      },
      arm(point) {
        const armed = { hit: false };
        tap.arm(point, () => {
          armed.hit = true;
          kill();
        });
        return armed;
      },
    });
  } finally {
    await present?.kill();
    for (const proxy of proxies) await proxy.close();
  }
}

/** Starts the proxies, and gives the file that tells a worker to use them. */
async function putProxies({ parts, databaseUrl, aws, dir }: World, tap: Tap, proxies: ServiceProxy[]) {
  const add = async (starting: Promise<ServiceProxy>) => {
    const proxy = await starting;
    proxies.push(proxy);
    return proxy.address;
  };
  const { settings, resources, ...others } = parts;
  const database = new URL(databaseUrl);
  database.host = await add(startPostgresProxy({ host: database.hostname, port: Number(database.port) }, tap));
  const endpoint = `http://${await add(startAwsProxy(aws.endpoint, tap))}`;
  const address = await add(startTemporalProxy(settings.temporal.connectionOptions.address, tap));
  const through = {
    ...others,
    timings,
    // Also the addresses of queues, which the SDK may prefer to its endpoint.
    resources: JSON.parse(JSON.stringify(resources).replaceAll(aws.endpoint, endpoint)),
    settings: {
      databaseUrl: database.href,
      temporal: { ...settings.temporal, connectionOptions: { address } },
      aws: { ...settings.aws, endpointUrl: endpoint },
    },
  };
  const partsFile = join(dir, 'proxied.json');
  writeFileSync(partsFile, JSON.stringify(through));
  return partsFile;
}
