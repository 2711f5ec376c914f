import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { type PostgresServer, startPostgres } from '../local/postgres/start-postgres.ts';
import { findTemporal } from '../local/temporal/find-temporal.ts';
import { startTemporal, type TemporalServer } from '../local/temporal/start-temporal.ts';
import { conditionNames } from '../workers/bundle-workflows.ts';
import type { Scope } from './scope.ts';

/** The real servers that the benchmarks share, each started when first asked for. */
export interface Servers {
  /** Started as local mode starts it: in memory. */
  temporal(): Promise<TemporalServer>;
  /** A namespace of that server that nobody has had: run ids are used again from world to world. */
  namespace(): Promise<string>;
  /** Started as local mode starts it: every commit is written to the disk. */
  postgres(): Promise<PostgresServer>;
  /** The benchmarks' own workflows, for the sandbox. */
  bundle(): Promise<{ code: string }>;
}

/** As many worlds as one run of all benchmarks may make. */
const namespaceCount = 16;

/** Makes servers that end with the scope. */
export function createServers(scope: Scope, temporalCli: string | undefined): Servers {
  const namespaces = Array.from({ length: namespaceCount }, (_, index) => `bench-${index}`);
  const unused = [...namespaces];
  const temporal = once(async () => {
    const server = await startTemporal({ binary: await findTemporal({ temporalCli }), namespaces });
    scope.defer(() => server.stop());
    return server;
  });
  return {
    temporal,
    async namespace() {
      await temporal();
      const namespace = unused.shift();
      if (namespace === undefined) throw new Error(`All ${namespaceCount} namespaces were given out: make more`);
      return namespace;
    },
    postgres: once(async () => {
      const directory = await mkdtemp(join(tmpdir(), 'nightshift-bench-'));
      scope.defer(() => rm(directory, { recursive: true, force: true }));
      const server = await startPostgres({ directory, password: 'bench', database: 'nightshift' });
      scope.defer(() => rm(server.directory, { recursive: true, force: true }));
      scope.defer(() => server.stop());
      return server;
    }),
    bundle: once(() => {
      const workflowsPath = fileURLToPath(new URL('./bench-workflows.ts', import.meta.url));
      const drop = () => undefined;
      return bundleWorkflowCode({
        workflowsPath,
        webpackConfigHook: (config) => ({ ...config, resolve: { ...config.resolve, conditionNames } }),
        logger: { log: drop, trace: drop, debug: drop, info: drop, warn: drop, error: drop },
      });
    }),
  };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
