import { type LockEngine, withLockEngine } from '../support/lock-engine.ts';
import { lockedJob } from '../support/locked-job.ts';
import { cli } from './cli.ts';

const jobs = [lockedJob('A', [{ name: 'table' }]), lockedJob('POOL', [{ name: 'pool', slots: 2 }])];
const run = ({ databaseUrl }: LockEngine, ...args: string[]) =>
  cli(['locks', ...args], { env: { DATABASE_URL: databaseUrl } });
const [first, second, third] = ['2026-11-01', '2026-11-02', '2026-11-03'] as const;

test('locks lists who holds each slot, with token and lease, and who waits in the order of asking', () =>
  withLockEngine(jobs, async (at) => {
    for (const day of [first, third, second]) await at.open('A', day);
    await at.open('POOL', first);

    const { stdout, code } = await run(at);

    expect(code).toBe(0);
    const [header = '', ...lines] = stdout.trimEnd().split('\n');
    expect(header).toMatch(/^lock +slot +held by +token +since \(Asia\/Tokyo\) +lease until +latch +waiting$/);
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^pool +1 of 2 +POOL/${first} \\(running\\) +1 +`)),
      expect.stringMatching(/^pool +2 of 2 +nobody +0$/),
      expect.stringMatching(
        new RegExp(`^table +1 of 1 +A/${first} \\(running\\) +1 +\\S+ \\S+ +\\S+ \\S+ +A/${third}, A/${second}$`),
      ),
    ]);
    const { stdout: json } = await run(at, 'list', '--json');
    expect(JSON.parse(json)[2]).toMatchObject({ name: 'table', runId: `A/${first}`, token: 1, latch: null });
  }));

test('release takes the lock, says what is still live, grants it to the next, and is kept in the audit', () =>
  withLockEngine(jobs, async (at) => {
    await at.open('A', first);
    await at.open('A', second);
    await liveAttempt(at, `A/${first}`);

    const released = await run(at, 'release', 'table', '--reason', 'stopped in the console');

    expect(released).toMatchObject({ code: 0, stderr: '' });
    expect(released.stdout).toContain(`table was taken from A/${first}; it is held by A/${second} now`);
    expect(released.stdout).toMatch(/work#1 {2}attempt ab12 {2}running {2}job-7/);
    expect(await at.held()).toEqual([`table 0 A/${second} 2`]);
    const audit = await at.engine.db.query(`select action, reason from audit where run_id = $1 order by id desc`, [
      `A/${first}`,
    ]);
    expect(audit.rows[0]).toEqual({ action: 'release the lock table (token 1)', reason: 'stopped in the console' });
  }));

test('a run that was granted the lock and had not begun asks again, at the end of the line', () =>
  withLockEngine(jobs, async (at) => {
    for (const date of [first, second, third]) await at.open('A', date);
    await at.close(`A/${first}`);
    expect(await at.held()).toEqual([`table 0 A/${second} 2`]);

    await run(at, 'release', 'table', '--reason', 'out of turn');

    expect(await at.held()).toEqual([`table 0 A/${third} 3`]);
    expect(await at.ask(`A/${second}`)).toBe('waiting');
    expect(await at.ask(`A/${third}`)).toBe('running');
    await at.close(`A/${third}`);
    expect(await at.held()).toEqual([`table 0 A/${second} 4`]);
    expect(await at.ask(`A/${second}`)).toBe('running');
  }));

test('release refuses a lock that nobody holds, that is not there, or that several hold, and needs a reason', () =>
  withLockEngine(jobs, async (at) => {
    await at.open('POOL', first);
    await at.open('POOL', second);
    await at.open('A', first);
    await at.close(`A/${first}`);
    const refused = async (...args: string[]) => {
      const { code, stderr } = await run(at, 'release', ...args);
      return `${code} ${stderr}`;
    };

    expect(await refused('table', '--reason', 'x')).toMatch(/^2 .*Nobody holds the lock "table"/);
    expect(await refused('tabel', '--reason', 'x')).toMatch(/^2 .*There is no lock "tabel"/);
    expect(await refused('pool', '--reason', 'x')).toMatch(new RegExp(`held by POOL/${first}, POOL/${second}: say`));
    expect(await refused('pool')).toMatch(/^2 .*--reason/);
    expect(await refused('pool', '--reason', ' ')).toMatch(/^2 .*--reason is empty/);
    expect(await refused('pool', '--reason', 'x', '--run', `POOL/${second}`)).toBe('0 ');
    expect(await at.held()).toEqual([`pool 0 POOL/${first} 1`]);
  }));

/** A task of the run that works in AWS. */
async function liveAttempt({ engine: { db } }: LockEngine, runId: string) {
  const step = await db.query<{ id: number }>(
    `insert into steps (run_id, generation, key, task, input_hash, status)
     values ($1, 1, 'work#1', 'work', 'x', 'open') returning id`,
    [runId],
  );
  await db.query(
    `insert into attempts (id, step_id, execution, number, status, region, request, shards, external_id)
     values ('ab12', $1, 1, 1, 'running', 'r', '{}', '{0}', 'job-7')`,
    [step.rows[0]?.id],
  );
}
