/** The build of the tests' jobs: does what the tests' container does. The world links its program into the input's folder. */
const { dir } = JSON.parse(process.env.JOB_INPUT);
await import(`file://${dir}/apps/work/work.mjs`);
