import { prodParts, program } from './stacks.ts';
import { runProgram } from './stand-in-engine.ts';

const dataStack = 'shop/nightshift/prod-data';
const platformStack = 'shop/nightshift/prod-platform';

test('stacks that were never deployed are named together, and nothing is registered', async () => {
  const run = await runProgram({
    ...{ directory: program, stack: 'prod-jobs', config: prodParts.jobs },
    stacks: { [dataStack]: {}, [platformStack]: {} },
  });

  expect(run.exitCode).not.toBe(0);
  const said = [...run.errors, run.printed].join('\n');
  expect(said).toContain(
    `  stacks.data: the stack ${dataStack} has no outputs; deploy it first, or write the stack of`,
  );
  expect(said).toContain(`  stacks.platform: the stack ${platformStack} has no outputs; deploy it first, or write the`);
  expect(said).not.toMatch(/serializing|^ +at /m);
  expect(run.resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack')).toEqual([]);
});

test('a stack of another part is told by what it lacks', async () => {
  const run = await runProgram({
    ...{ directory: program, stack: 'prod-platform', config: prodParts.platform },
    stacks: { [dataStack]: { outputs: { cluster: 'shop-prod', subnetIds: ['subnet-1'] } } },
  });

  const said = [...run.errors, run.printed].join('\n');
  expect(said).toMatch(/stacks\.data: the stack shop\/nightshift\/prod-data has no output taskGroup, workerGroup, /);
  expect(said).not.toMatch(/serializing|^ +at /m);
  expect(run.resources.filter(({ type }) => type !== 'pulumi:pulumi:Stack')).toEqual([]);
});
