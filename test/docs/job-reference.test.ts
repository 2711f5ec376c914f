import ts from 'typescript';
import { firstColumn, sectionOf, textOf } from './documents.ts';

const reference = textOf('docs/job-reference.md');

test.each([
  ['defineJob', 'model/job.ts', 'JobOptions'],
  ['Schedule', 'model/schedule.ts', 'Schedule'],
  ['Events', 'model/event-pattern.ts', 'EventPattern'],
  ['Locks', 'model/job.ts', 'LockUse'],
  ['Retry', 'model/task.ts', 'RetryOptions'],
  ['parallel', 'model/parallel.ts', 'ParallelOptions'],
  ['runJob and sleepUntil', 'model/run-job.ts', 'RunJobOptions'],
])('the section %s lists the options of %s %s, and no other', (heading, file, type) => {
  expect(firstColumn(sectionOf(reference, heading))).toEqual(membersOf(file, type));
});

test.each([
  ['Tasks in AWS', 'model/task.ts', ['AwsTaskOptions'], []],
  ['batchTask', 'model/batch-task.ts', ['FargateBatch', 'MultiNodeBatch', 'BatchOptions'], ['vcpu', 'memory']],
  ['ecsTask', 'model/ecs-task.ts', ['EcsTaskOptions'], ['vcpu', 'memory']],
  ['codeBuildTask', 'model/code-build-task.ts', ['CodeBuildTaskOptions'], []],
  ['lambdaTask', 'model/lambda-task.ts', ['LambdaTaskOptions'], []],
  ['functionTask', 'model/function-task.ts', ['FunctionTaskOptions'], []],
])('the section %s lists the options of its task, and no other', (heading, file, types, size) => {
  const inner = heading === 'batchTask' ? ['identifier', 'priority'] : [];
  const options = new Set([...types.flatMap((type) => membersOf(file, type)), ...size]);

  expect(firstColumn(sectionOf(reference, heading)).sort()).toEqual(
    [...options].filter((name) => !inner.includes(name)).sort(),
  );
});

test('the section functionTask lists what a function gets', () => {
  const section = sectionOf(reference, 'functionTask');

  for (const name of membersOf('model/function-task.ts', 'FunctionContext')) expect(section).toContain(`\`${name}`);
});

test('the section defineConfig lists the options of the configuration, of a stage and of local mode', () => {
  const listed = firstColumn(sectionOf(reference, 'defineConfig')).filter((code) => !/^option of/.test(code));

  const types = ['Config', 'StageConfig', 'LocalConfig'];
  expect(listed).toEqual(types.flatMap((type) => membersOf('model/config.ts', type)));
});

test('the section run lists what a job gets, and the options of a call', () => {
  const listed = firstColumn(sectionOf(reference, 'run'));

  expect(listed).toEqual([
    ...membersOf('model/job.ts', 'RunContext'),
    ...membersOf('model/task.ts', 'CallOptions'),
    ...membersOf('model/task.ts', 'BatchCallOptions'),
  ]);
});

test('the section on containers names every variable that a container gets', () => {
  const names = textOf('compute/container-contract.ts').match(/\b(NIGHTSHIFT_[A-Z_]+|JOB_INPUT)\b/g) ?? [];
  const section = sectionOf(reference, 'What a container gets and gives');

  for (const name of new Set(names)) expect(section).toContain(`\`${name}\``);
});

/** The names of an interface's members, or of the object part of a type, in the order of the file. */
function membersOf(file: string, type: string): string[] {
  const source = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2023, true);
  const names: string[] = [];
  const visit = (node: ts.Node) => {
    if ((ts.isPropertySignature(node) || ts.isMethodSignature(node)) && ts.isIdentifier(node.name))
      names.push(node.name.text);
    else ts.forEachChild(node, visit);
  };
  for (const statement of source.statements) {
    const declares = ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement);
    if (declares && statement.name.text === type) ts.forEachChild(statement, visit);
  }
  if (names.length === 0) throw new Error(`${file} declares no ${type} with members`);
  return names;
}
