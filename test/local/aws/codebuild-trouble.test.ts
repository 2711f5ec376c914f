import { StopBuildCommand } from '@aws-sdk/client-codebuild';
import { phasesOf, withBuilds } from './with-builds.ts';
import { livingInGroup, until } from './with-local-aws.ts';

test('a token gives the same build for the same request, an error for another, and a new build when it is forgotten', async () => {
  await withBuilds({ timings: { buildTokenMs: 3_000, killGraceMs: 300 } }, async ({ buildspec, start }) => {
    await buildspec({ build: ['true'] });
    const request = { idempotencyToken: 'a', environmentVariablesOverride: [{ name: 'A', value: '1' }] };

    const first = await start(request);
    const again = await start(request);
    await expect(start({ ...request, environmentVariablesOverride: [] })).rejects.toMatchObject({
      name: 'InvalidInputException',
    });
    const other = await start({ ...request, idempotencyToken: 'b' });
    const forgotten = await until(
      () => start(request),
      (id) => id !== first,
    );

    expect(again).toBe(first);
    expect(new Set([first, other, forgotten]).size).toBe(3);
  });
});

test('StopBuild ends all processes of a build, one that hides in a session of its own, too', async () => {
  await withBuilds({}, async (bench) => {
    const { aws, codebuild, buildspec, start, build, completes } = bench;
    await buildspec({ build: ['setsid sleep 300 & sleep 300'], post_build: ['echo never'] });
    const id = await start();
    await until(
      () => build(id),
      ({ currentPhase }) => currentPhase === 'BUILD',
    );

    const asked = await codebuild.send(new StopBuildCommand({ id }));
    const stopped = await completes(id);
    const again = await codebuild.send(new StopBuildCommand({ id: stopped.arn }));

    expect(asked.build?.id).toBe(id);
    expect(stopped.buildStatus).toBe('STOPPED');
    expect(phasesOf(stopped).slice(-3)).toEqual(['BUILD STOPPED', 'FINALIZING SUCCEEDED', 'COMPLETED']);
    expect(again.build?.buildStatus).toBe('STOPPED');
    expect(livingInGroup(aws.journal.processes(id)[0]?.started.pid ?? 0)).toEqual([]);
    expect(aws.journal.running()).toEqual([]);
    await expect(codebuild.send(new StopBuildCommand({ id: 'morning:none' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

test('a command that answers SIGTERM may end its work; one that does not is killed after the grace', async () => {
  await withBuilds({}, async ({ codebuild, logs: _, aws, buildspec, start, build, completes }) => {
    await buildspec({ build: [`sh -c "trap '' TERM; while :; do sleep 0.05; done"`] });
    const id = await start();
    await until(
      () => build(id),
      ({ currentPhase }) => currentPhase === 'BUILD',
    );

    await codebuild.send(new StopBuildCommand({ id }));
    const stopped = await completes(id);

    expect(stopped.buildStatus).toBe('STOPPED');
    expect(aws.journal.processes(id)[0]?.ended?.signal).toBe('SIGKILL');
  });
});

test('builds over the limits wait in QUEUED or are refused, and time out', async () => {
  const timings = { buildMinuteMs: 100, killGraceMs: 300 };
  await withBuilds({ maxBuilds: 1, timings }, async ({ codebuild, buildspec, start, build, completes }) => {
    await buildspec({ build: ['sleep 300'] });

    const slow = await start({ timeoutInMinutesOverride: 2_160 });
    await until(
      () => build(slow),
      ({ currentPhase }) => currentPhase === 'BUILD',
    );
    const queued = await completes(await start({ queuedTimeoutInMinutesOverride: 5 }));
    await codebuild.send(new StopBuildCommand({ id: slow }));
    const late = await completes(await start({ timeoutInMinutesOverride: 5 }));

    expect([queued.buildStatus, phasesOf(queued)[1]]).toEqual(['TIMED_OUT', 'QUEUED TIMED_OUT']);
    expect([late.buildStatus, phasesOf(late).at(-3)]).toEqual(['TIMED_OUT', 'BUILD TIMED_OUT']);
    const refused = { name: 'InvalidInputException' };
    await expect(start({ timeoutInMinutesOverride: 4 })).rejects.toMatchObject(refused);
    await expect(start({ timeoutInMinutesOverride: 2_161 })).rejects.toMatchObject(refused);
    await expect(start({ projectName: 'none' })).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('a project refuses builds over its own limit', async () => {
  await withBuilds({}, async ({ source, ...outer }) => {
    await outer.buildspec({ build: ['sleep 300'] });
    const codeBuildProjects = { morning: { directory: source, concurrentBuildLimit: 1 } };

    await withBuilds({ codeBuildProjects }, async ({ start }) => {
      await start();

      await expect(start()).rejects.toMatchObject({ name: 'AccountLimitExceededException' });
    });
  });
});

test('CodeBuild starts a failed build again as often as it is told, and never without being told', async () => {
  await withBuilds({}, async ({ buildspec, start, completes }) => {
    await buildspec({ build: ['false'] });

    const first = await completes(await start({ autoRetryLimitOverride: 1 }));
    const next = first.autoRetryConfig?.nextAutoRetry ?? '';
    const second = await completes(next);
    const alone = await completes(await start());

    expect(second).toMatchObject({
      buildNumber: 2,
      autoRetryConfig: { autoRetryLimit: 1, autoRetryNumber: 1, previousAutoRetry: first.arn },
    });
    expect(second.autoRetryConfig?.nextAutoRetry).toBeUndefined();
    expect(alone).toMatchObject({ buildNumber: 3, buildStatus: 'FAILED' });
  });
});

test('builds misbehave on demand: no image, a fault of CodeBuild, out of memory', async () => {
  await withBuilds({}, async ({ aws, buildspec, start, completes }) => {
    await buildspec({ build: ['sleep 300'] });
    for (const kind of ['imagePull', 'fault', 'outOfMemory'] as const) {
      aws.misbehave.jobRule({ kind, jobName: 'morning', ms: 200 });
    }

    const builds = [await start(), await start(), await start()];
    const ended = await Promise.all(builds.map(completes));

    expect(ended.map(({ buildStatus }) => buildStatus).sort()).toEqual(['FAILED', 'FAILED', 'FAULT']);
    const contexts = ended.flatMap(({ phases = [] }) => phases.flatMap((phase) => phase.contexts ?? []));
    const codes = contexts.map(({ statusCode }) => statusCode).filter(Boolean);
    expect(codes.sort()).toEqual(['BUILD_CONTAINER_UNABLE_TO_PULL_IMAGE', 'COMMAND_EXECUTION_ERROR']);
  });
});
