/** The build of the tests' jobs: does what the tests' container does. */
await import(new URL('../work/work.mjs', `file://${process.env.TEST_APPS}/build/`).href);
