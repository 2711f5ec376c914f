import { shapeProblems } from '../../config/job-shape.ts';

test.each([
  ['AWS_REGION', 'is reserved: Lambda sets it by itself'],
  ['AWS_LAMBDA_FUNCTION_NAME', 'is reserved: Lambda sets it by itself'],
  ['_HANDLER', 'is reserved: Lambda sets it by itself'],
  ['LAMBDA_TASK_ROOT', 'is reserved: Lambda sets it by itself'],
  ['_SHOP', 'is not what Lambda takes; write a name that begins with a letter'],
  ['A', 'is not what Lambda takes; write a name that begins with a letter'],
  ['NIGHTSHIFT_DATE', 'is reserved: AWS_BATCH..., NIGHTSHIFT_...'],
])('the variable %s of a Lambda function is refused, in environment and in uses', (name, expected) => {
  const problems = problemsOf('lambda', {
    environment: { [name]: 'x' },
    uses: [{ use: 'topic', name: 'crawls', env: name }],
  });

  expect(problems).toEqual([
    expect.stringContaining(`tasks.work.environment.${name}: ${expected}`),
    expect.stringContaining(`tasks.work.uses.0.env: ${expected}`),
  ]);
  for (const problem of problems) expect(problem).toContain('write ');
});

test('what Lambda leaves free is taken, such as the time zone', () => {
  const environment = { TZ: 'Asia/Tokyo', PATH: '/usr/bin', AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrap', shop_url: 'x' };

  expect(problemsOf('lambda', { environment })).toEqual([]);
});

test('a container may set what Lambda would refuse', () => {
  const size = { command: ['node', 'x.js'], vcpu: 1, memory: '2 GB' };

  expect(problemsOf('batch', { ...size, environment: { AWS_REGION: 'eu-west-1', A: 'x', _SHOP: 'x' } })).toEqual([]);
});

function problemsOf(kind: string, options: object): string[] {
  const tasks = { work: { kind, options: { app: 'app', ...options } } };
  return shapeProblems({ id: 'A', name: 'A job', tasks, run: async () => undefined });
}
