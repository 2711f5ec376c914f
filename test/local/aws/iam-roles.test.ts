import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchGetBuildsCommand, CodeBuildClient, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { shell, withEcs } from './with-ecs.ts';
import { until } from './with-local-aws.ts';
import { allow, nightKey, nightRole, withPrincipal } from './with-principal.ts';

const logs = allow('logs:CreateLogStream', '*');
const secret = allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:secret:shop/database-??????');
const secrets = { 'shop/database': 'postgres://local' };
const withSecret = {
  image: 'image',
  command: ['true'],
  executionRoleArn: nightRole,
  secrets: [{ name: 'DATABASE_URL', valueFrom: 'shop/database' }],
};

test.each([
  ['may not read the secret', [logs], /secretsmanager:GetSecretValue on resource: .*secret:shop\/database-/],
  ['may not write the log', [secret], /logs:CreateLogStream on resource: .*log-group:\/aws\/batch\/job:log-stream:/],
])('a Batch job whose execution role %s fails to start, with the action', async (_, statements, words) => {
  await withPrincipal(
    statements,
    async ({ define, submit, ends }) => {
      await define('', { containerProperties: withSecret });

      const job = await ends(await submit());

      expect(job.status).toBe('FAILED');
      expect(job.statusReason).toMatch(/^ResourceInitializationError: .*AccessDeniedException: User: /);
      expect(job.statusReason).toMatch(words);
    },
    { secrets },
  );
});

test('with both rights it starts', async () => {
  await withPrincipal(
    [logs, secret],
    async ({ define, submit, ends }) => {
      await define('', { containerProperties: withSecret });

      expect((await ends(await submit())).status).toBe('SUCCEEDED');
    },
    { secrets },
  );
});

test('an ECS task whose execution role may not read its secret stops as TaskFailedToStart', async () => {
  const policies = [{ Version: '2012-10-17' as const, Statement: [logs] }];
  const options = { secrets, principals: { [nightKey]: { arn: nightRole, policies } } };
  await withEcs(options, async ({ define, run, stops }) => {
    const container = { ...shell('main', 'true'), secrets: [{ name: 'DATABASE_URL', valueFrom: 'shop/database' }] };
    await define('', { executionRoleArn: nightRole, containerDefinitions: [container] });

    const task = await stops(await run());

    expect(task).toMatchObject({ stopCode: 'TaskFailedToStart' });
    expect(task.stoppedReason).toMatch(/^ResourceInitializationError: .*secretsmanager:GetSecretValue/);
  });
});

test('jobs, tasks, builds and functions call with the key of their own role; without a role, with the administrator’s', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-roles-'));
  await writeFile(join(directory, 'index.mjs'), 'export const handler = async () => process.env.AWS_ACCESS_KEY_ID;');
  await writeFile(join(directory, 'buildspec.yml'), 'version: 0.2\nphases: {}\n');
  const options = {
    functions: { own: { directory, role: nightRole }, none: { directory } },
    codeBuildProjects: { own: { directory, serviceRole: nightRole }, none: { directory } },
  };
  const use = async ({ aws, define, submit, ends }: Parameters<Parameters<typeof withPrincipal>[1]>[0]) => {
    const at = {
      endpoint: aws.endpoint,
      region: aws.region,
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    };
    const [build, lambda] = [new CodeBuildClient(at), new LambdaClient(at)];
    for (const [name, jobRoleArn] of [
      ['own', nightRole],
      ['none', undefined],
    ] as const) {
      const containerProperties = { image: 'image', command: ['true'], ...(jobRoleArn && { jobRoleArn }) };
      await define('', { jobDefinitionName: name, containerProperties });
      await ends(await submit({ jobName: name, jobDefinition: name }));
      await lambda.send(new InvokeCommand({ FunctionName: name }));
      const started = await build.send(new StartBuildCommand({ projectName: name }));
      const ids = [started.build?.id ?? ''];
      await until(
        () => build.send(new BatchGetBuildsCommand({ ids })),
        ({ builds }) => builds?.[0]?.buildComplete === true,
      );
    }

    const keys = aws.journal.processes().map(({ started }) => [started.jobName, started.environment.AWS_ACCESS_KEY_ID]);

    expect(keys).toEqual([...Array(3).fill(['own', nightKey]), ...Array(3).fill(['none', 'local'])]);
    for (const client of [build, lambda]) client.destroy();
  };
  try {
    await withPrincipal([logs], use, options);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a build whose role may not read a secret of its buildspec fails, with the action', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'nightshift-roles-'));
  const spec = 'version: 0.2\nenv:\n  secrets-manager:\n    PASSWORD: shop/database\nphases: {}\n';
  await writeFile(join(directory, 'buildspec.yml'), spec);
  const options = { secrets, codeBuildProjects: { own: { directory, serviceRole: nightRole } } };
  try {
    await withPrincipal(
      [logs],
      async ({ aws }) => {
        const at = {
          endpoint: aws.endpoint,
          region: aws.region,
          credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        };
        const client = new CodeBuildClient(at);
        const started = await client.send(new StartBuildCommand({ projectName: 'own' }));
        const ids = [started.build?.id ?? ''];

        const { builds } = await until(
          () => client.send(new BatchGetBuildsCommand({ ids })),
          (seen) => seen.builds?.[0]?.buildComplete === true,
        );

        expect(builds?.[0]?.buildStatus).toBe('FAILED');
        expect(JSON.stringify(builds?.[0]?.phases)).toContain('secretsmanager:GetSecretValue');
        client.destroy();
      },
      options,
    );
  } finally {
    await rm(directory, { recursive: true });
  }
});
