/**
 * `npm run test:compose`: docker-compose.yml on a real Docker, from nothing to nothing, with the night's jobs in
 * containers, and what the worker's image promises. No part of `npm test`: it needs Docker, and minutes.
 */
import { equal, match, ok, rejects } from 'node:assert/strict';
import { type ComposeStack, composeStack, whyNoCompose } from './compose-stack.ts';
import { handOver, inspect, secondsToHealthy, stopIdle, stopStarting, workerName } from './worker-container.ts';

const date = '2026-11-21';
const started = performance.now();
const say = (line: string) =>
  process.stdout.write(`${((performance.now() - started) / 1_000).toFixed(1).padStart(7)} s  ${line}\n`);

interface RunView {
  run: { status: string; result: Record<string, unknown> };
}

async function main(): Promise<number> {
  const problem = await whyNoCompose();
  if (problem !== undefined) {
    say(`Docker with compose and buildx is needed: ${problem}`);
    return 6;
  }
  const stack = await composeStack('nightshift-test', say);
  // Of a test that was killed.
  await stack.down();
  let failure: unknown;
  try {
    await stack.up();
    say('up from nothing, all healthy');
    for (const [what, test] of tests) {
      await test(stack);
      say(`ok: ${what}`);
    }
  } catch (error) {
    failure = error;
    say(await stack.compose('logs', '--no-color', '--tail', '20').catch(String));
  }
  const left = await stack.down();
  if (failure !== undefined) throw failure;
  equal(left.join(', '), '', 'something is left');
  say(`ok: down; nothing left`);
  process.stdout.write(`${tests.length + 1} passed, 0 failed\n`);
  return 0;
}

const tests: [string, (stack: ComposeStack) => Promise<void>][] = [
  ['the worker is not root, its file system read-only, and it is healthy', hardened],
  ['BATCH-000 to BATCH-003 run in containers, with the whole data', night],
  ['the local AWS is killed: what it left is removed when it is back, and its workers go on', killedAws],
  ['the worker is healthy soon after its start', startsSoon],
  ['a worker that is still starting stops on SIGTERM', stopsStarting],
  ['an idle worker stops on SIGTERM with exit code 0', stopsIdle],
  ['a worker with a run in flight stops on SIGTERM, and the next one goes on without doing anything twice', handsOver],
];

async function hardened(stack: ComposeStack) {
  const name = workerName(stack, 1);
  const worker = await inspect(stack, name);

  equal(worker.Config.User, 'node');
  equal((await stack.docker('exec', name, 'id', '-u')).trim(), '1000');
  equal(worker.HostConfig.ReadonlyRootfs, true);
  await rejects(stack.docker('exec', '--user', '0', name, 'touch', '/app/new'), /Read-only file system/);
  equal(worker.State.Health?.Status, 'healthy');
}

async function night(stack: ComposeStack) {
  const since = new Date().toISOString();

  const first = await runJob(stack, 'BATCH-000');
  const second = await runJob(stack, 'BATCH-001');

  equal(first.run.status, 'succeeded');
  equal(second.run.status, 'succeeded');
  equal(second.run.result.records, 100_000);
  // Its successors, by themselves.
  equal((await runJob(stack, 'BATCH-002')).run.status, 'succeeded');
  equal((await runJob(stack, 'BATCH-003')).run.status, 'succeeded');
  const events = await stack.docker(
    ...['events', '--since', since, '--until', new Date().toISOString(), '--filter', 'event=start'],
    ...['--filter', `label=nightshift.local-aws=${stack.project}`, '--format', '{{.From}}'],
  );
  // One that adds up, four shards, one that publishes, one that writes mails, one that repairs.
  equal(events.trim(), Array(8).fill('nightshift-local/ranking').join('\n'));
}

async function killedAws(stack: ComposeStack) {
  const aws = `${stack.project}-aws-1`;
  const label = `nightshift.local-aws=${stack.project}`;
  const left = ['run', '--detach', '--label', label, '--entrypoint', 'sleep', 'nightshift-local/ranking', '600'];
  const id = (await stack.docker(...left)).trim();

  await stack.docker('kill', '--signal', 'KILL', aws);
  await stack.compose('up', '--detach', '--wait', '--no-recreate', 'aws');

  await rejects(stack.docker('inspect', id), /No such/);
  equal((await runJob(stack, 'BATCH-000', '2026-11-19')).run.status, 'succeeded');
}

async function startsSoon(stack: ComposeStack) {
  const seconds = await secondsToHealthy(stack);

  say(`    ${seconds.toFixed(1)} s from start to healthy`);
  ok(seconds < 60, `${seconds} s`);
}

async function stopsStarting(stack: ComposeStack) {
  const { seconds } = await stopStarting(stack);

  say(`    ${seconds.toFixed(1)} s from SIGTERM to the end`);
  ok(seconds < 20, `${seconds} s`);
}

async function stopsIdle(stack: ComposeStack) {
  const { seconds, exitCode } = await stopIdle(stack);

  say(`    ${seconds.toFixed(1)} s from SIGTERM to the end`);
  equal(exitCode, 0);
  ok(seconds < 20, `${seconds} s`);
}

async function handsOver(stack: ComposeStack) {
  equal((await runJob(stack, 'BATCH-000', '2026-11-20')).run.status, 'succeeded');

  const { stopped, runSeconds, view } = await handOver(stack, 'BATCH-001', '2026-11-20');

  say(
    `    ${stopped.seconds.toFixed(1)} s from SIGTERM to the end of the worker, ${runSeconds.toFixed(1)} s to that of the run`,
  );
  equal(stopped.exitCode, 0);
  ok(runSeconds > stopped.seconds, 'the run had ended before its worker');
  equal(view.run.status, 'succeeded');
  match(view.steps.map(({ key }) => key).join(' '), /score#1 publish#1/);
  for (const { key, attempts, failedAttempts } of view.steps)
    equal(`${key} ${attempts} ${failedAttempts}`, `${key} 1 0`);
}

async function runJob(stack: ComposeStack, job: string, on = date): Promise<RunView> {
  return JSON.parse(await stack.nightshift('run', job, '--date', on, '--json')) as RunView;
}

process.exitCode = await main();
