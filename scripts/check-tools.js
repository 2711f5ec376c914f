import { spawnSync } from 'node:child_process';

/** What the example apps in other languages are built with. Users without one of them can run all other examples. */
const tools = [
  { name: 'Go 1.21 or later', command: ['go', 'version'], holds: /go1\.(2[1-9]|[3-9]\d)/ },
  { name: 'gofmt, which comes with Go', command: ['gofmt', '--help'], holds: /usage: gofmt/ },
  { name: 'Python 3.10 or later', command: ['python3', '--version'], holds: /Python 3\.(1\d|[2-9]\d)/ },
  {
    name: 'Python with venv and pip',
    command: ['python3', '-c', 'import ensurepip, venv; print("there")'],
    holds: /there/,
  },
];

const missing = tools.filter(({ command: [program, ...args], holds }) => {
  const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return !holds.test(`${stdout}${stderr}`);
});
for (const { name, command } of missing)
  console.error(`${name} is needed by the tests of apps/: \`${command.join(' ')}\` does not show it.`);
process.exitCode = missing.length === 0 ? 0 : 1;
