import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { deployTaskProvider } from '../../pulumi/deploy-task/deploy-task.ts';
import { type DeployTaskInputs, runDeployTask } from '../../pulumi/deploy-task/run-deploy-task.ts';
import { type EcsBench, withEcs } from '../local/aws/with-ecs.ts';

/** Plays the image of the workers: `migrate` is the first word of the command. */
const commands = {
  good: ['sh', '-c', 'echo "$0 done"', 'migrate'],
  bad: ['sh', '-c', 'echo "$0: no such database"; exit 6', 'migrate'],
};

test('the commands are run one after the other, each to its end', () =>
  withEcs({}, async (bench) => {
    await runDeployTask(await inputsFor(bench, [commands.good, commands.good]), clientsOf(bench));

    const runs = bench.aws.journal.processes();
    expect(runs).toHaveLength(2);
    expect(runs.map(({ ended }) => ended?.exitCode)).toEqual([0, 0]);
  }));

test('a command that fails ends it, with its exit code and its log', () =>
  withEcs({}, async (bench) => {
    const running = runDeployTask(await inputsFor(bench, [commands.bad, commands.good]), clientsOf(bench));

    await expect(running).rejects.toThrow(
      /"nightshift sh .*" failed: exit code 6\. .*\n {2}migrate: no such database$/s,
    );
    expect(bench.aws.journal.processes()).toHaveLength(1);
  }));

test('a task that does not end is given up with where to look', () =>
  withEcs({}, async (bench) => {
    const inputs = await inputsFor(bench, [['sh', '-c', 'sleep 600']]);

    await expect(runDeployTask(inputs, { ...clientsOf(bench), looks: 1 })).rejects.toThrow(
      /has not ended; look at the ECS task arn:/,
    );
  }));

test('what Pulumi sends to its provider as text still does the work there', () =>
  withEcs({}, async (bench) => {
    const inputs = await inputsFor(bench, [commands.good]);

    const answer = await callElsewhere(await sentText(), { create: [inputs] }, bench.aws.endpoint);

    expect(answer).toMatchObject({ id: 'm1', outs: { mark: 'm1' } });
    expect(bench.aws.journal.processes()).toHaveLength(1);
  }));

test('after one that failed halfway it runs again, also for what was deployed before', () =>
  withEcs({}, async (bench) => {
    const before = { ...(await inputsFor(bench, [commands.good])), __provider: 'text' };
    const inputs = { ...before, commands: [commands.bad], mark: 'm2' };

    const failed = (await callElsewhere(await sentText(), { update: ['m1', before, inputs] }, bench.aws.endpoint)) as {
      message: string;
      reasons: string[];
      properties: DeployTaskInputs;
    };

    // As Pulumi takes it for a resource that is there and not well, whose properties it keeps.
    expect(failed).toMatchObject({ id: 'm1', message: expect.stringMatching(/failed: exit code 6/) });
    expect(failed.reasons).toEqual([failed.message]);
    expect(failed.properties).toEqual({ ...inputs, mark: 'unfinished' });
    const { diff } = deployTaskProvider();
    expect(await diff?.('m1', failed.properties, before)).toEqual({ changes: true });
    expect(await diff?.('m1', failed.properties, inputs)).toEqual({ changes: true });
  }));

test('only another mark makes it run again', async () => {
  const { diff } = deployTaskProvider();

  expect(await diff?.('m1', { mark: 'm1', definition: 'a:1' }, { mark: 'm1', definition: 'a:2' })).toEqual({
    changes: false,
  });
  expect(await diff?.('m1', { mark: 'm1' }, { mark: 'm2' })).toEqual({ changes: true });
});

async function inputsFor({ ecs }: EcsBench, all: string[][]): Promise<DeployTaskInputs> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: 'worker', networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '512', memory: '1024' },
      executionRoleArn: 'arn:aws:iam::000000000000:role/worker-execution',
      containerDefinitions: [
        {
          ...{ name: 'worker', image: 'image', command: ['sh', '-c', 'exit 99'], essential: true },
          logConfiguration: {
            logDriver: 'awslogs',
            options: {
              'awslogs-group': '/worker',
              'awslogs-region': 'ap-northeast-1',
              'awslogs-stream-prefix': 'worker',
            },
          },
        },
      ],
    }),
  );
  return {
    ...{ region: 'ap-northeast-1', cluster: 'default', definition: taskDefinition?.taskDefinitionArn ?? '' },
    ...{
      container: 'worker',
      subnets: ['subnet-1'],
      securityGroups: ['sg-1'],
      logGroup: '/worker',
      commands: all,
      mark: 'm1',
    },
  };
}

function clientsOf({ ecs, bench }: EcsBench) {
  return { ecs, logs: bench.logs, pause: () => new Promise<void>((resolve) => setImmediate(resolve)), looks: 100_000 };
}

/** The provider's functions as Pulumi sends them, by the loader of the real program: Jest's would write other code. */
async function sentText(): Promise<string> {
  const program = `
    import { runtime } from '@pulumi/pulumi';
    import { deployTaskProvider } from './pulumi/deploy-task/deploy-task.ts';
    const provider = deployTaskProvider();
    const { text } = await runtime.serializeFunction(() => provider);
    process.stdout.write(text);`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    {
      cwd: process.cwd(),
    },
  );
  return stdout;
}

/** Evaluates the text in a process of its own, as the dynamic provider does; gives what it answers, or what it throws. */
async function callElsewhere(text: string, call: Record<string, unknown[]>, endpoint: string): Promise<unknown> {
  const [[method = '', values = []] = []] = Object.entries(call);
  const program = `
    const module = { exports: {} }; const exports = module.exports;
    ${text}
    exports.handler().${method}(...${JSON.stringify(values)})
      .catch(({ message, ...rest }) => ({ message, ...rest }))
      .then((answer) => console.log(JSON.stringify(answer)));`;
  const env = {
    PATH: process.env.PATH,
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=commonjs', '-e', program], { env });
  return JSON.parse(stdout);
}
