import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../../../local/ports.ts';
import { LocalServerError } from '../../../local/server-error.ts';
import { type FindTemporalOptions, findTemporal } from '../../../local/temporal/find-temporal.ts';

let folder: string;
let cached: string;
let printed: string;
let servers: Server[];
let refusing: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nightshift-find-'));
  cached = path.join(folder, 'cache/nightshift/temporal-1.5.1/temporal');
  printed = '';
  servers = [];
  refusing = `http://127.0.0.1:${await freePort()}`;
});

afterEach(async () => {
  for (const server of servers) server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the temporal binary', () => {
  test('that the user named wins over PATH and cache', async () => {
    const named = await fakeTemporal(path.join(folder, 'named/temporal'));
    await fakeTemporal(path.join(folder, 'bin/temporal'));

    expect(await find({ temporalCli: named })).toBe(named);
  });

  test('that the user named must be one: nothing else is tried instead', async () => {
    await fakeTemporal(path.join(folder, 'bin/temporal'));

    await expect(find({ temporalCli: '/bin/ls' })).rejects.toThrow('TEMPORAL_CLI names /bin/ls');
  });

  test('on PATH wins over the cache, unless it does not work', async () => {
    const onPath = await fakeTemporal(path.join(folder, 'bin/temporal'));
    await fakeTemporal(cached);

    expect(await find()).toBe(onPath);
    await script(onPath, 'exit 1');
    expect(await find()).toBe(cached);
    expect(printed).toBe('');
  });

  test('is downloaded into the cache, once', async () => {
    const archive = await archiveOf(await fakeTemporal(path.join(folder, 'archived/temporal')));
    const asked: string[] = [];
    const downloadAddress = await serve((url) => {
      asked.push(url);
      return archive;
    });

    expect(await find({ downloadAddress })).toBe(cached);
    expect(await find({ downloadAddress })).toBe(cached);
    expect(asked).toEqual([expect.stringMatching(/^\/cli\/archive\/v1\.5\.1\?platform=\w+&arch=\w+$/)]);
    expect(await readdir(path.dirname(cached))).toEqual(['temporal']);
  });

  test('is built with Go when the download gives no answer, and one line says so', async () => {
    await fakeGo('printf "#!/bin/sh\\necho temporal version 0.0.0-DEV\\n" > "$GOBIN/temporal"; echo "$@" > "$LOG"');
    const downloadAddress = await silentServer();
    const startedAt = performance.now();

    const found = await find({ downloadAddress });

    expect(found).toBe(cached);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    expect(printed.match(/could not be downloaded.*\n/g)).toEqual([
      expect.stringMatching(/^could not be downloaded \(no answer from 127\.0\.0\.1:\d+ within 0\.3 s\)\.\n$/),
    ]);
    await expect(readFile(path.join(folder, 'go.log'), 'utf8')).resolves.toBe(
      'install github.com/temporalio/cli/cmd/temporal@v1.5.1\n',
    );
    expect(await readdir(path.dirname(cached))).toEqual(['temporal']);
  });

  test('that Go cannot build leaves nothing behind, and the error has the end of its output', async () => {
    await fakeGo('echo half > "$GOBIN/temporal"; echo "no such host" >&2; exit 1');

    await expect(find()).rejects.toThrow(/go install .* failed \[code=1\]:\n {2}no such host/);

    expect(await readdir(path.dirname(cached))).toEqual([]);
  });

  test('that cannot be had in any way is one error that says what to do', async () => {
    const failure = await find().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(LocalServerError);
    expect(String(failure)).toMatch(/put it on PATH, set TEMPORAL_CLI to its path, or install Go/);
    expect(printed).toMatch(/could not be downloaded \(.*ECONNREFUSED.*\)/);
  });
});

async function find(options: FindTemporalOptions = {}): Promise<string> {
  return await findTemporal({
    environment: {
      PATH: path.join(folder, 'bin'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      LOG: path.join(folder, 'go.log'),
    },
    downloadAddress: refusing,
    answerWithinMs: 300,
    output: {
      write: (text: string) => {
        printed += text;
      },
    },
    ...options,
  });
}

async function script(file: string, body: string): Promise<string> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${body}\n`);
  await chmod(file, 0o755);
  return file;
}

async function fakeTemporal(file: string): Promise<string> {
  return await script(file, 'echo "temporal version 1.5.1 (Server 1.29.1)"');
}

async function fakeGo(body: string): Promise<string> {
  return await script(path.join(folder, 'bin/go'), body);
}

async function archiveOf(file: string): Promise<Buffer> {
  return execFileSync('tar', ['-czf', '-', '-C', path.dirname(file), path.basename(file)]);
}

async function serve(answer: (url: string) => Buffer): Promise<string> {
  return await address(createHttpServer((request, response) => response.end(answer(request.url ?? ''))));
}

/** Takes connections and never says a word, as a firewall that swallows packets would seem to. */
async function silentServer(): Promise<string> {
  return await address(createServer((socket) => socket.on('error', () => undefined)));
}

async function address(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
