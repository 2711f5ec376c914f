import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  BatchGetBuildsCommand,
  BatchGetProjectsCommand,
  CreateProjectCommand,
  ListBuildsForProjectCommand,
} from '@aws-sdk/client-codebuild';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { type BuildBench, phasesOf, withBuilds } from './with-builds.ts';
import { until } from './with-local-aws.ts';

async function logOf({ logs, build }: BuildBench, id: string): Promise<string[]> {
  const place = (await build(id)).logs;
  const { events } = await logs.send(
    new GetLogEventsCommand({ logGroupName: place?.groupName, logStreamName: place?.streamName, startFromHead: true }),
  );
  return (events ?? []).map(({ message = '' }) => message).filter((message) => !message.startsWith('[Container]'));
}

test('a build runs the phases of its buildspec in a copy of its source, with what was exported before', async () => {
  await withBuilds({}, async (bench) => {
    const { aws, source, buildspec, start, completes } = bench;
    await writeFile(join(source, 'input.txt'), 'from the source');
    await buildspec(
      {
        install: ['export FIRST=1', 'mkdir deep && cd deep'],
        build: ['cat ../input.txt; echo', 'echo "$FIRST $GIVEN $OVERRIDDEN $FROM_SPEC"', 'echo spoiled > ../input.txt'],
        post_build: [
          'basename "$PWD"',
          'export RESULT="$(printf "two\\nlines")"',
          'echo "$CODEBUILD_BUILD_SUCCEEDING"',
        ],
      },
      { env: { variables: { FROM_SPEC: 'spec', OVERRIDDEN: 'spec' }, 'exported-variables': ['RESULT'] } },
    );

    const id = await start({
      environmentVariablesOverride: [
        { name: 'GIVEN', value: 'given' },
        { name: 'OVERRIDDEN', value: 'override', type: 'PLAINTEXT' },
      ],
    });
    const build = await completes(id);

    expect(await logOf(bench, id)).toEqual(['from the source', '1 given override spec', 'deep', '1']);
    expect(await readFile(join(source, 'input.txt'), 'utf8')).toBe('from the source');
    expect(phasesOf(build)).toEqual([
      ...['SUBMITTED', 'QUEUED', 'PROVISIONING', 'DOWNLOAD_SOURCE', 'INSTALL', 'PRE_BUILD', 'BUILD', 'POST_BUILD'].map(
        (phase) => `${phase} SUCCEEDED`,
      ),
      ...['UPLOAD_ARTIFACTS SUCCEEDED', 'FINALIZING SUCCEEDED', 'COMPLETED'],
    ]);
    expect(build).toMatchObject({
      arn: `arn:aws:codebuild:ap-northeast-1:000000000000:build/${id}`,
      buildNumber: 1,
      buildStatus: 'SUCCEEDED',
      currentPhase: 'COMPLETED',
      projectName: 'morning',
      startTime: expect.any(Date),
      endTime: expect.any(Date),
      exportedEnvironmentVariables: [{ name: 'RESULT', value: 'two\nlines' }],
      logs: { groupName: '/aws/codebuild/morning', streamName: id.split(':')[1] },
    });
    expect(id).toMatch(/^morning:[0-9a-f-]{36}$/);
    const [process] = aws.journal.processes(id);
    expect(process?.ended).toMatchObject({ exitCode: 0 });
    expect(process?.started.environment).toMatchObject({
      CODEBUILD_BUILD_ID: id,
      CODEBUILD_BUILD_ARN: build.arn,
      CODEBUILD_BUILD_NUMBER: '1',
      AWS_REGION: 'ap-northeast-1',
      GIVEN: 'given',
    });
    expect(aws.journal.calls('StartBuild')).toHaveLength(1);
  });
});

test('a failed command ends its phase with the reason, and post_build runs all the same', async () => {
  await withBuilds({}, async (bench) => {
    await bench.buildspec({
      build: ['echo before', 'exit 7', 'echo never'],
      post_build: ['echo "succeeding: $CODEBUILD_BUILD_SUCCEEDING"'],
    });

    const id = await bench.start();
    const build = await bench.completes(id);

    expect(build.buildStatus).toBe('FAILED');
    expect(phasesOf(build).slice(-4)).toEqual([
      'BUILD FAILED',
      'POST_BUILD SUCCEEDED',
      'FINALIZING SUCCEEDED',
      'COMPLETED',
    ]);
    expect(build.phases?.find(({ phaseType }) => phaseType === 'BUILD')?.contexts).toEqual([
      {
        statusCode: 'COMMAND_EXECUTION_ERROR',
        message: 'Error while executing command: exit 7. Reason: exit status 7',
      },
    ]);
    expect(await logOf(bench, id)).toEqual(['before', 'succeeding: 0']);
  });
});

test('a failed install ends the build after its finally block', async () => {
  await withBuilds({}, async (bench) => {
    const phases = {
      install: { commands: ['false', 'echo never'], finally: ['echo finally'] },
      build: { commands: 'echo never' },
    };
    await bench.buildspec({}, { phases });

    const id = await bench.start();
    const build = await bench.completes(id);

    expect(phasesOf(build).slice(-3)).toEqual(['INSTALL FAILED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
    expect(await logOf(bench, id)).toEqual(['finally']);
  });
});

test('a buildspec is YAML; it may come with the build; what is wrong with it fails the build', async () => {
  await withBuilds({}, async (bench) => {
    const yaml =
      'version: 0.2\nphases:\n  build:\n    commands:\n      - echo one # not printed\n      - |\n        echo two\n';

    const good = await bench.start({ buildspecOverride: yaml });
    const named = await bench.completes(await bench.start({ buildspecOverride: 'other.yml' }));
    const old = await bench.completes(await bench.start({ buildspecOverride: 'version: 0.1\nphases: {}\n' }));
    await bench.completes(good);

    expect(await logOf(bench, good)).toEqual(['one', 'two']);
    const contexts = [named, old].map(({ phases }) => phases?.find((one) => one.phaseStatus === 'FAILED'));
    expect(contexts).toMatchObject([
      {
        phaseType: 'DOWNLOAD_SOURCE',
        contexts: [{ statusCode: 'YAML_FILE_ERROR', message: expect.stringContaining('other.yml') }],
      },
      { phaseType: 'DOWNLOAD_SOURCE', contexts: [{ message: expect.stringContaining('must be 0.2') }] },
    ]);
  });
});

test('secrets reach the build and not the journal', async () => {
  await withBuilds({ secrets: { 'shop/database': '{"password":"hunter2"}', token: 'hunter3' } }, async (bench) => {
    await bench.buildspec(
      { build: ['echo "$PASSWORD $TOKEN" | tr a-y b-z'] },
      { env: { 'secrets-manager': { PASSWORD: 'shop/database:password' } } },
    );
    const token = { name: 'TOKEN', value: 'token', type: 'SECRETS_MANAGER' as const };

    const id = await bench.start({ environmentVariablesOverride: [token] });
    await bench.completes(id);
    const missing = await bench.completes(
      await bench.start({ environmentVariablesOverride: [{ ...token, value: 'none' }] }),
    );

    expect(await logOf(bench, id)).toEqual(['ivoufs2 ivoufs3']);
    expect(bench.aws.journal.processes(id)[0]?.started.secretNames).toEqual(['PASSWORD', 'TOKEN']);
    expect(JSON.stringify(bench.aws.journal.entries)).not.toContain('hunter');
    expect(missing.phases?.find((phase) => phase.phaseStatus === 'FAILED')?.contexts?.[0]?.message).toContain('none');
  });
});

test('the end of a build is told to the event queue', async () => {
  await withBuilds({}, async ({ aws, sqs, buildspec, start, completes }) => {
    await buildspec({ build: ['true'] });

    const id = await start();
    const build = await completes(id);
    const received = await until(
      () => sqs.send(new ReceiveMessageCommand({ QueueUrl: aws.eventQueueUrl, WaitTimeSeconds: 1 })),
      ({ Messages }) => Messages !== undefined,
    );

    expect(JSON.parse(received.Messages?.[0]?.Body ?? '')).toMatchObject({
      source: 'aws.codebuild',
      'detail-type': 'CodeBuild Build State Change',
      resources: [build.arn],
      detail: {
        'build-id': build.arn,
        'build-status': 'SUCCEEDED',
        'project-name': 'morning',
        'current-phase': 'COMPLETED',
        'additional-information': {
          'build-complete': true,
          logs: { 'group-name': '/aws/codebuild/morning', 'stream-name': id.split(':')[1] },
        },
      },
    });
  });
});

test('builds are listed newest first, a lag hides the young ones, and ARNs are ids, too', async () => {
  await withBuilds({}, async ({ aws, codebuild, buildspec, start, completes }) => {
    await buildspec({ build: ['true'] });
    const ids = [await start(), await start(), await start()];
    const list = (sortOrder?: 'ASCENDING') =>
      codebuild.send(new ListBuildsForProjectCommand({ projectName: 'morning', ...(sortOrder && { sortOrder }) }));

    const newestFirst = await list();
    const oldestFirst = await list('ASCENDING');
    aws.misbehave.set({ listingLagMs: 600_000 });
    const lagging = await list();
    const { arn = '' } = await completes(ids[0] ?? '');
    const described = await codebuild.send(new BatchGetBuildsCommand({ ids: [arn, 'morning:none'] }));

    expect(newestFirst.ids).toEqual(ids.toReversed());
    expect(oldestFirst.ids).toEqual(ids);
    expect(lagging.ids).toEqual([]);
    expect(described.builds?.map((build) => build.id)).toEqual([ids[0]]);
    expect(described.buildsNotFound).toEqual(['morning:none']);
  });
});

test('projects are created and found; one without a source runs the buildspec that it brings', async () => {
  await withBuilds({}, async (bench) => {
    const { codebuild } = bench;
    const project = {
      name: 'inline',
      source: { type: 'NO_SOURCE', buildspec: 'version: 0.2\nphases:\n  build:\n    commands:\n      - ls -A\n' },
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: { type: 'LINUX_CONTAINER', image: 'standard', computeType: 'BUILD_GENERAL1_SMALL' },
      serviceRole: 'arn:aws:iam::000000000000:role/build',
    } as const;

    const created = await codebuild.send(new CreateProjectCommand(project));
    const found = await codebuild.send(new BatchGetProjectsCommand({ names: ['inline', 'morning', 'none'] }));
    const build = await bench.completes(await bench.start({ projectName: 'inline' }));

    expect(created.project).toMatchObject({
      arn: 'arn:aws:codebuild:ap-northeast-1:000000000000:project/inline',
      created: expect.any(Date),
    });
    expect(found.projects?.map(({ name }) => name)).toEqual(['inline', 'morning']);
    expect(found.projectsNotFound).toEqual(['none']);
    expect(build.buildStatus).toBe('SUCCEEDED');
    await expect(codebuild.send(new CreateProjectCommand(project))).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    const refused = { name: 'InvalidInputException' };
    await expect(codebuild.send(new CreateProjectCommand({ ...project, name: '-' }))).rejects.toMatchObject(refused);
    await expect(
      codebuild.send(new CreateProjectCommand({ ...project, name: 'empty', source: { type: 'NO_SOURCE' } })),
    ).rejects.toMatchObject(refused);
    await expect(codebuild.send(new BatchGetProjectsCommand({ names: [] }))).rejects.toMatchObject(refused);
  });
});
