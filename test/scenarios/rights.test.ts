import type { CheckedEntry } from '../../local/aws/index.ts';
import { until } from '../support/until.ts';
import { type LocalDev, withLocalDev } from './local-dev.ts';

const worker = 'examples-local-worker-all';
const crawl = 'examples-local-crawler-crawl-task';

/** What the worker asks of AWS without a run: taken away all at once. */
const byTheClock = [
  ...['batch:ListJobs', 'ecs:ListTasks', 'codebuild:ListBuildsForProject'], // the sweep
  'sqs:ReceiveMessage',
];

/** Without these the morning build fails, and says so. */
const starting = ['iam:PassRole', 'ecs:RunTask', 'ecs:TagResource', 'codebuild:StartBuild'];

/** Without these it does not come to its end: the watcher is refused, and asks again. The first is asked once a worker. */
const following = [
  'ecs:DescribeTaskDefinition',
  'ecs:DescribeTasks',
  'codebuild:BatchGetBuilds',
  'logs:FilterLogEvents',
  'sqs:DeleteMessage',
];

/** What no run of the examples needs when all goes well in local mode, and why it is derived all the same. */
const unused: Record<string, string> = {
  'batch:TerminateJob': 'only a stop asks for it: chaos/cancel',
  'ecs:StopTask': 'only a stop asks for it: engine/kinds',
  'codebuild:StopBuild': 'only a stop asks for it: engine/parallel',
  'logs:GetLogEvents': 'reads the last lines of what has failed: asked for below, in the run that fails',
  's3:PutObject': 'inputs that are too long or sensitive are files in local mode',
  's3:GetObject': 'the resources are a file in local mode',
  's3:ListBucket': 'the same',
  'cloudwatch:PutMetricData':
    'metrics are written only where the resources name their namespace: watcher/report-metrics',
};

interface Role {
  name: string;
  statements: { sid: string; actions: string[]; resources: string[] }[];
}

async function checked({ journal }: LocalDev, role: string): Promise<CheckedEntry[]> {
  const entries = (await journal()).filter((entry): entry is CheckedEntry => entry.kind === 'checked');
  return entries.filter(({ by }) => by.endsWith(`role/${role}`));
}

function isRefused(dev: LocalDev, action: string): Promise<boolean> {
  return checked(dev, worker).then((entries) => entries.some((entry) => entry.action === action && !entry.allowed));
}

/** Takes a right away, and runs the morning build until the worker was refused; then gives it back and waits for the end. */
async function runWithout(
  dev: LocalDev,
  action: string,
  date: string,
): Promise<{ code: number | null; shown: string }> {
  await dev.deny({ role: worker, action });
  const command = dev.project.start('run', 'morning-build', '--date', date, '--json');
  if (starting.includes(action)) await command.ended;
  await until(() => isRefused(dev, action), { describe: `${action} to be refused`, timeoutMs: 60_000 });
  await dev.giveBack();
  const { code, stdout } = await command.ended;
  return { code, shown: stdout };
}

async function derivedRoles({ project }: LocalDev): Promise<Role[]> {
  const { stdout } = await project.run('check', '--rights', '--json');
  return (JSON.parse(stdout) as { rights: { roles: Role[] } }).rights.roles;
}

const actionsOf = (roles: Role[], ends: string[]) => [
  ...new Set(
    roles
      .filter(({ name }) => ends.some((end) => name.endsWith(end)))
      .flatMap(({ statements }) => statements.flatMap(({ actions }) => actions)),
  ),
];

test(
  'the morning build needs each right that is derived for it: without one it fails, or the worker is refused',
  () =>
    withLocalDev(async (dev) => {
      for (const [index, action] of following.entries()) {
        const { code } = await runWithout(dev, action, `2026-10-${String(index + 1).padStart(2, '0')}`);
        expect([action, code]).toEqual([action, 0]);
      }
      for (const [index, action] of starting.entries()) {
        const { code, shown } = await runWithout(dev, action, `2026-11-${String(index + 1).padStart(2, '0')}`);
        expect([action, code]).toEqual([action, 1]);
        expect(shown).toContain('accessDenied');
        expect(shown).toContain(`is not authorized to perform: ${action} on resource`);
      }
      for (const action of byTheClock) await dev.deny({ role: worker, action });
      for (const action of byTheClock) {
        await until(() => isRefused(dev, action), { describe: `${action} to be refused`, timeoutMs: 90_000 });
      }
      await dev.giveBack();
      const shown = await dev.project.run('show', 'morning-build/2026-11-01');
      expect(shown.stdout).toMatch(/AccessDenied.*iam:PassRole on resource: \S+role\/examples-local-morning-build-/);
    }),
  600_000,
);

test(
  'nothing is derived that no run needs; the crawler may do exactly what it says that it uses',
  () =>
    withLocalDev(async (dev) => {
      const roles = await derivedRoles(dev);
      const [task] = roles.filter(({ name }) => name.endsWith('crawler-crawl-task'));
      const used = new Set<string>();
      const crawler = ['crawler', '--input', '{"message":"hello"}', '--date'];
      const ends = [
        await dev.run('morning-build'),
        await dev.run('array-demo', '--input', '{"message":"Hello!","items":["a","b"]}'),
        await dev.run(...crawler, '2026-11-21T20:05Z'),
      ];
      await until(
        async () => {
          for (const { action } of await checked(dev, worker)) used.add(action);
          return byTheClock.every((action) => used.has(action));
        },
        { describe: 'a sweep', timeoutMs: 90_000 },
      );

      expect(ends.map(({ code }) => code)).toEqual([0, 0, 0]);
      const derived = actionsOf(roles, ['worker-runs', 'worker-calls']);
      expect(derived.filter((action) => !used.has(action)).sort()).toEqual(Object.keys(unused).sort());
      expect(task?.statements.map(({ sid, actions }) => [sid, actions])).toEqual([
        ['Publish', ['sns:Publish']],
        ['WriteObjects', ['s3:PutObject', 's3:DeleteObject']],
        ['ReadSecrets', ['secretsmanager:GetSecretValue']],
        ['SendMessages', ['sqs:SendMessage']],
        ['ReadInputs', ['s3:GetObject']],
      ]);
      for (const { resources } of task?.statements ?? [])
        expect(resources).toEqual([expect.stringMatching(/^arn:aws:.+/)]);
      // Its schedule may have started it meanwhile, too: what counts is what was asked, not how often.
      const asked = (await checked(dev, crawl)).map(({ action, allowed }) => `${action} ${allowed}`);
      expect([...new Set(asked)].sort()).toEqual([
        's3:PutObject true',
        'secretsmanager:GetSecretValue true',
        'sns:Publish true',
      ]);

      await dev.deny({ role: crawl, action: 'sns:Publish' });
      const failed = await dev.run(...crawler, '2026-11-21T20:10Z');

      expect(failed.code).toBe(1);
      const { stdout } = await dev.project.run('logs', 'crawler/2026-11-21T20:10Z');
      expect(stdout).toMatch(/AuthorizationError.* is not authorized to perform: sns:Publish on resource: \S+:crawls /);
      expect((await checked(dev, worker)).map(({ action }) => action)).toContain('logs:GetLogEvents');
    }),
  600_000,
);
