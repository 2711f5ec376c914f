import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { freePort } from '../../../local/ports.ts';
import { LocalServerError } from '../../../local/server-error.ts';
import { startTemporal } from '../../../local/temporal/start-temporal.ts';
import { isRunning } from '../../support/leaks.ts';
import { startTestTemporal } from '../../support/temporal.ts';
import { until } from '../../support/until.ts';
import { startParent } from '../start-parent.ts';

const binary = process.env.NIGHTSHIFT_TEST_TEMPORAL_CLI ?? '';
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightshift-temporal-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the local Temporal server', () => {
  test('takes workflows in each of its namespaces, and is gone after stop', async () => {
    const server = await startTestTemporal(3);
    const namespaces = [server.takeNamespace(), server.takeNamespace(), server.takeNamespace()];

    const started = await Promise.all(namespaces.map((namespace) => startWorkflow(server.address, namespace)));
    await server.stop();

    expect(new Set(namespaces).size).toBe(3);
    expect(started).toEqual(namespaces.map(() => 'RUNNING'));
    expect(() => server.takeNamespace()).toThrow('All 3 namespaces are taken');
    expect(isRunning(server.pid)).toBe(false);
  });

  test('is started again when it ends while it starts, as when a port of its own choice is taken', async () => {
    const tries = path.join(folder, 'tries');
    const flaky = path.join(folder, 'flaky-temporal');
    await writeFile(
      flaky,
      `#!/bin/sh\necho try >> ${tries}\n[ $(wc -l < ${tries}) -ge 2 ] || exit 2\nexec ${binary} "$@"\n`,
    );
    await chmod(flaky, 0o755);

    const server = await startTemporal({ binary: flaky });
    await server.stop();

    expect(await readFile(tries, 'utf8')).toBe('try\ntry\n');
  });

  test('keeps its state in the database file, and its log in the state folder', async () => {
    const options = { binary, databaseFile: path.join(folder, 'kept.db'), stateDir: path.join(folder, 'state') };
    const first = await startTemporal(options);
    await startWorkflow(first.address, 'default');
    await first.stop();

    const second = await startTemporal(options);
    const found = await describeWorkflow(second.address, 'default').finally(() => second.stop());

    expect(found).toBe('RUNNING');
    await expect(readFile(path.join(folder, 'state/temporal.log'), 'utf8')).resolves.toMatch(/Server:/);
  });

  test('shows its web pages only when they are asked for', async () => {
    const without = await startTemporal({ binary });
    const uiPort = await freePort();
    const withPages = await startTemporal({ binary, uiPort });

    const page = await until(() => fetch(withPages.uiUrl ?? ''), { describe: 'the page' });
    await Promise.all([without.stop(), withPages.stop()]);

    expect(without.uiUrl).toBeUndefined();
    expect(page.status).toBe(200);
  });

  test('a taken port is named in the error', async () => {
    const { server, port } = await listen();

    const failure = await startTemporal({ binary, port }).catch((error: unknown) => error);
    server.close();

    expect(failure).toBeInstanceOf(LocalServerError);
    expect(String(failure)).toContain(`port ${port} of 127.0.0.1 is taken`);
  });

  test('a binary that ends at once is reported with its last lines', async () => {
    const failure = await startTemporal({ binary: '/bin/ls' }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LocalServerError);
    expect(String(failure)).toMatch(/Temporal ended while it started \[code=2, signal=null\].*unrecognized option/s);
  });

  test('does not outlive a parent that is killed', async () => {
    const parent = await startParent('temporal', binary);
    expect(isRunning(parent.serverPid)).toBe(true);

    await parent.kill();

    await until(() => !isRunning(parent.serverPid), { timeoutMs: 8_000, describe: 'the server to be gone' });
  });
});

async function startWorkflow(address: string, namespace: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  await client.workflow.start('night', { taskQueue: 'none', workflowId: 'one' });
  await connection.close();
  return await describeWorkflow(address, namespace);
}

async function describeWorkflow(address: string, namespace: string): Promise<string> {
  const connection = await Connection.connect({ address });
  const { status } = await new Client({ connection, namespace }).workflow.getHandle('one').describe();
  await connection.close();
  return status.name;
}

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve({ server, port: typeof address === 'object' && address ? address.port : 0 });
    });
  });
}
