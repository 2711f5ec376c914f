import { defineConfig } from 'nightshift';

/** The project in which the tests call the command line: the tests' own jobs. */
export default defineConfig({ name: 'test', timezone: 'Asia/Tokyo', jobs: '../../support/jobs' });
