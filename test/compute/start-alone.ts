import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const adapter = new URL('../../compute/batch/create-batch-compute.ts', import.meta.url).href;
const requests = new URL('./requests.ts', import.meta.url).href;

/** How a start failed, told by another process. */
export interface StartFailure {
  name: string;
  failureClass?: string;
  message: string;
}

/**
 * Starts a job from a process of its own. Under Jest the errors of Node's own network calls are of another realm than
 * the SDK, which then wraps them until nothing can be read from them.
 */
export async function startAlone(endpoint: string): Promise<StartFailure> {
  const source = `
    import { createBatchCompute } from ${JSON.stringify(adapter)};
    import { startRequest } from ${JSON.stringify(requests)};
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const compute = createBatchCompute({ region: 'ap-northeast-1', endpoint: ${JSON.stringify(endpoint)}, credentials });
    const error = await compute.start(startRequest()).catch((thrown) => thrown);
    const { name, failureClass, message } = error;
    console.log(JSON.stringify({ name, failureClass, message }));`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', source],
    { cwd: fileURLToPath(new URL('../..', import.meta.url)) },
  );
  return JSON.parse(stdout);
}
