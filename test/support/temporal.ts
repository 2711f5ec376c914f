import { startTemporal, type TemporalServer } from '../../local/temporal/start-temporal.ts';

/** The Temporal server of one test file. */
export type TestTemporal = TemporalServer & {
  /** A namespace that no other test of the file has had. Throws when all of them were given out. */
  takeNamespace(): string;
};

/**
 * Starts a Temporal server in memory, in about half a second: one for a test file, in `beforeAll`, with a namespace
 * for each test that needs an empty one. `namespaces` is how many are made. Default: 10.
 */
export async function startTestTemporal(namespaces = 10): Promise<TestTemporal> {
  const binary = process.env.NIGHTSHIFT_TEST_TEMPORAL_CLI;
  if (!binary)
    throw new Error('NIGHTSHIFT_TEST_TEMPORAL_CLI is not set: run tests with npm test, whose set-up finds it');
  const unused = Array.from({ length: namespaces }, (_, index) => `test-${index}`);
  const server = await startTemporal({ binary, namespaces: [...unused] });
  return {
    ...server,
    takeNamespace() {
      const namespace = unused.shift();
      if (namespace) return namespace;
      throw new Error(`All ${namespaces} namespaces are taken: ask startTestTemporal for more`);
    },
  };
}
