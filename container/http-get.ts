import { spawnSync } from 'node:child_process';

/** What came back. Status 0: nothing did; the body says why. */
export interface HttpAnswer {
  status: number;
  body: string;
}

/** One GET. */
export interface HttpRequest {
  url: string;
  headers: Record<string, string>;
  timeoutMs: number;
}

/** Node has no request that blocks, so a process of its own makes it. Headers go in by stdin: others can read arguments. */
const program = `
let asked = '';
for await (const chunk of process.stdin) asked += chunk;
const { url, headers, timeoutMs } = JSON.parse(asked);
const answer = await fetch(url, { headers, signal: AbortSignal.timeout(timeoutMs) }).then(
  async (response) => ({ status: response.status, body: await response.text() }),
  (error) => ({ status: 0, body: String(error.cause?.code ?? error.message) }),
);
process.stdout.write(JSON.stringify(answer));
`;

const longestAnswer = 512 * 1024 * 1024;

/** Sends a GET and waits for its answer without giving way. Throws when the process for it cannot be started. */
export function httpGet(request: HttpRequest): HttpAnswer {
  const { stdout, error, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    input: JSON.stringify(request),
    encoding: 'utf8',
    maxBuffer: longestAnswer,
    // Options of the program's own process (a loader, a debugger) are not for this one, and may print.
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  if (error !== undefined || status !== 0) {
    throw new Error(`A process that reads ${new URL(request.url).host} could not be run [exit code=${status}]`, {
      cause: error,
    });
  }
  return JSON.parse(stdout) as HttpAnswer;
}
