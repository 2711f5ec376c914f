import { DescribeJobsCommand, ListJobsCommand, SubmitJobCommand, TerminateJobCommand } from '@aws-sdk/client-batch';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { until, withLocalAws } from './with-local-aws.ts';

test.each([
  ['throttle', 'TooManyRequestsException', 429],
  ['serverError', 'ServerException', 500],
  ['accessDenied', 'AccessDeniedException', 403],
] as const)('%s: nothing is done, so many times', async (kind, name, status) => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('true');
    aws.misbehave.rule({ kind, operation: 'SubmitJob', times: 2 });

    for (let time = 0; time < 2; time += 1) {
      await expect(submit()).rejects.toMatchObject({ name, $metadata: { httpStatusCode: status } });
    }
    const jobId = await submit();

    expect((await ends(jobId)).status).toBe('SUCCEEDED');
    expect(aws.journal.calls('SubmitJob').map((call) => call.outcome)).toEqual([name, name, 'ok']);
    expect(aws.journal.processes()).toHaveLength(1);
  });
});

test('a denied call names the action', async () => {
  await withLocalAws({}, async ({ aws, batch }) => {
    aws.misbehave.rule({ kind: 'accessDenied', operation: 'TerminateJob' });

    const denied = batch.send(new TerminateJobCommand({ jobId: 'x', reason: 'y' }));

    await expect(denied).rejects.toThrow(/not authorized to perform: batch:TerminateJob/);
  });
});

test.each([
  ['loseAnswer', 'lost'],
  ['serverErrorAfter', 'ServerException'],
] as const)('%s: the job is there although the caller was not told', async (kind, outcome) => {
  await withLocalAws({}, async ({ aws, batch, define, submit }) => {
    await define('true');
    aws.misbehave.rule({ kind, operation: 'SubmitJob', times: 1 });

    await expect(submit({ jobName: 'hidden' })).rejects.toThrow();

    const filters = [{ name: 'JOB_NAME', values: ['hidden'] }];
    const { jobSummaryList } = await batch.send(new ListJobsCommand({ jobQueue: 'main', filters }));
    expect(aws.journal.calls('SubmitJob')).toMatchObject([{ outcome, jobId: jobSummaryList?.[0]?.jobId }]);
    await until(
      () => aws.journal.processes().map((process) => process.ended?.exitCode),
      ([exitCode]) => exitCode === 0,
    );
  });
});

test('delays come before or after the work', async () => {
  await withLocalAws({}, async ({ aws, batch, define, submit, ends }) => {
    await define('true');
    aws.misbehave.rule({ kind: 'delay', operation: 'DescribeJobs', times: 1, ms: 150 });
    aws.misbehave.rule({ kind: 'delayAnswer', operation: 'SubmitJob', times: 1, ms: 60_000 });
    const before = Date.now();
    await batch.send(new DescribeJobsCommand({ jobs: [] }));
    const described = Date.now() - before;

    const impatient = new AbortController();
    const command = new SubmitJobCommand({ jobName: 'job', jobQueue: 'main', jobDefinition: 'job' });
    const submitted = batch.send(command, { abortSignal: impatient.signal });
    const [call] = await until(
      () => aws.journal.calls('SubmitJob'),
      (calls) => calls.length === 1,
    );
    impatient.abort();

    await expect(submitted).rejects.toThrow();
    expect(described).toBeGreaterThanOrEqual(150);
    expect((await ends(call?.jobId ?? '')).status).toBe('SUCCEEDED');
    await expect(submit()).resolves.toBeTruthy();
  });
});

test('a call can be held before its work until it is released', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('true');
    const held = aws.misbehave.hold('SubmitJob');
    const both = [submit({ jobName: 'first' }), submit({ jobName: 'second' })];
    await held.waiting(2);
    const callsWhileHeld = aws.journal.calls('SubmitJob');

    held.releaseOne();
    await Promise.race(both);
    const countAfterOne = held.count;
    held.release();
    const ids = await Promise.all(both);

    expect(callsWhileHeld).toEqual([]);
    expect(countAfterOne).toBe(1);
    await Promise.all(ids.map(ends));
    await expect(submit()).resolves.toBeTruthy();
  });
});

test('a call can be held after its work, while the job already runs', async () => {
  await withLocalAws({}, async ({ aws, define, submit }) => {
    await define('true');
    const held = aws.misbehave.hold('SubmitJob', 'after');
    const submitted = submit();
    await held.waiting();

    const [call] = aws.journal.calls('SubmitJob');
    await until(
      () => aws.journal.processes(),
      ([process]) => process?.ended !== undefined,
    );
    held.release();

    expect(await submitted).toBe(call?.jobId);
  });
});

test('a Spot reclaim ends the attempt with the reason that retry rules know', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('test "$AWS_BATCH_JOB_ATTEMPT" = 2 || sleep 300');
    aws.misbehave.jobRule({ kind: 'spotReclaim', jobName: 'job*', times: 2 });
    const evaluateOnExit = [
      { onStatusReason: 'Your Spot Task was interrupted*', action: 'RETRY' as const },
      { onReason: '*', action: 'EXIT' as const },
    ];

    const lost = await ends(await submit());
    const retried = await ends(await submit({ retryStrategy: { attempts: 2, evaluateOnExit } }));

    expect(lost).toMatchObject({ status: 'FAILED', statusReason: 'Your Spot Task was interrupted.' });
    expect(retried.status).toBe('SUCCEEDED');
    expect(retried.attempts?.map((attempt) => attempt.statusReason)).toEqual([
      'Your Spot Task was interrupted.',
      'Essential container in task exited',
    ]);
  });
});

test('a Spot reclaim that the task answers with exit 0 counts as success, as on AWS', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends, reaches }) => {
    await define("trap 'exit 0' TERM; sleep 300 & wait");
    aws.misbehave.jobRule({ kind: 'spotReclaim', ms: 300 });
    const jobId = await submit();
    await reaches(jobId, 'RUNNING');

    expect(await ends(jobId)).toMatchObject({
      status: 'SUCCEEDED',
      statusReason: 'Your Spot Task was interrupted.',
      container: { exitCode: 0 },
    });
  });
});

test('a task out of memory and an image that cannot be pulled fail in the words of AWS', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('sleep 300');
    aws.misbehave.jobRule({ kind: 'imagePull', jobName: 'pull' });
    aws.misbehave.jobRule({ kind: 'outOfMemory', jobName: 'memory' });

    const pull = await ends(await submit({ jobName: 'pull' }));
    const memory = await ends(await submit({ jobName: 'memory' }));

    expect(pull.container?.reason).toMatch(/^CannotPullContainerError/);
    expect(pull.container?.exitCode).toBeUndefined();
    expect(memory.container).toMatchObject({ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) });
  });
});

test('a job without capacity stays RUNNABLE, a slow one STARTING, and both can be terminated there', async () => {
  await withLocalAws({}, async ({ aws, batch, define, submit, ends, reaches }) => {
    await define('sleep 300');
    aws.misbehave.jobRule({ kind: 'noCapacity', jobName: 'capacity', ms: 60_000 });
    aws.misbehave.jobRule({ kind: 'slowStart', jobName: 'slow', ms: 500 });
    const ids = [await submit({ jobName: 'capacity' }), await submit({ jobName: 'slow' })] as const;

    const runnable = await reaches(ids[0], 'RUNNABLE');
    const starting = await reaches(ids[1], 'STARTING');
    for (const jobId of ids) await batch.send(new TerminateJobCommand({ jobId, reason: 'enough' }));
    const ended = await Promise.all(ids.map(ends));

    expect(runnable.statusReason).toMatch(/^CAPACITY:INSUFFICIENT_INSTANCE_CAPACITY/);
    expect(starting.container?.logStreamName).toBeUndefined();
    expect(ended.map((job) => [job.status, job.statusReason])).toEqual([
      ['FAILED', 'enough'],
      ['FAILED', 'enough'],
    ]);
    expect(aws.journal.processes()).toEqual([]);
  });
});

test('misbehaviour is asked for over HTTP, checked, and taken back', async () => {
  await withLocalAws({}, async ({ aws, logs, define, submit }) => {
    await define('true');
    const ask = (method: string, body?: object) =>
      fetch(`${aws.endpoint}/_local/misbehave`, { method, ...(body && { body: JSON.stringify(body) }) });

    const asked = await ask('POST', {
      rules: [{ kind: 'throttle', operation: 'SubmitJob' }],
      settings: { listingLagMs: 50 },
    });
    const refused = await ask('POST', { rules: [{ kind: 'explode' }] });
    await expect(submit()).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await logs.send(new CreateLogGroupCommand({ logGroupName: 'other-operations-are-left-alone' }));
    await ask('DELETE');

    expect(await asked.json()).toMatchObject({ settings: { listingLagMs: 50, loseEvents: false } });
    expect(refused.status).toBe(400);
    expect(((await refused.json()) as { error: string }).error).toContain('rules[0].kind');
    expect(aws.misbehave.settings.listingLagMs).toBe(0);
    await expect(submit()).resolves.toBeTruthy();
  });
});

test('health and journal can be read over HTTP', async () => {
  await withLocalAws({}, async ({ aws, define, submit, ends }) => {
    await define('true');
    await ends(await submit());

    const health = await (await fetch(`${aws.endpoint}/_local/health`)).json();
    const journal = (await (await fetch(`${aws.endpoint}/_local/journal`)).json()) as { entries: object[] };

    expect(health).toEqual({ status: 'ok', region: 'ap-northeast-1', jobs: { SUCCEEDED: 1 } });
    expect(journal.entries).toEqual(JSON.parse(JSON.stringify(aws.journal.entries)));
  });
});
