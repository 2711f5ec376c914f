/** A worker as a process of its own, so that a test can kill or pause it. Told everything by the file that it is given. */
import { readFileSync } from 'node:fs';
import { createLog } from '../../config/log.ts';
import { untilSignalled } from '../../workers/signals.ts';
import { startWorker } from '../../workers/start-worker.ts';
import { testJobs, testJobsWith } from './test-jobs.ts';

const [file = ''] = process.argv.slice(2);
const { bundlePath, jobsModule, ...parts } = JSON.parse(readFileSync(file, 'utf8'));
const log = createLog('info');
const worker = await startWorker({
  ...parts,
  jobs: jobsModule === undefined ? testJobs() : await testJobsWith(jobsModule),
  bundle: { code: readFileSync(bundlePath, 'utf8') },
  log,
});
log.info('worker ready');
await untilSignalled().received;
await worker.stop();
process.exit(0);
