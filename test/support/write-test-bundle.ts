import { writeFile } from 'node:fs/promises';
import { bundleWorkflows } from '../../workers/bundle-workflows.ts';
import { testJobs } from './test-jobs.ts';

/** Bundles the workflows of the tests' own jobs into the file that it is given. */
const [file = ''] = process.argv.slice(2);
const { code } = await bundleWorkflows({ directory: process.cwd(), jobs: testJobs().jobs.values() });
await writeFile(file, code);
