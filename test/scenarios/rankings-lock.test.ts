import { dailyAggregation } from '../../jobs/daily-aggregation.ts';
import { mailNotification } from '../../jobs/mail-notification.ts';
import { ranking } from '../../jobs/ranking.ts';
import { rankingRepair } from '../../jobs/ranking-repair.ts';
import type { Job } from '../../model/job.ts';
import { getRun } from '../../store/runs.ts';
import { type LockEngine, withLockEngine } from '../support/lock-engine.ts';

const night = [dailyAggregation, ranking, mailNotification, rankingRepair] as unknown as Job[];
const [first, second] = ['2026-11-20', '2026-11-21'] as const;

/** The run's prerequisite has succeeded. */
async function met({ engine }: LockEngine, job: string, runKey: string) {
  await engine.db.query(
    `insert into runs (id, job, run_key, status) values ($1, $2, $3, 'succeeded')
     on conflict (id) do update set status = 'succeeded'`,
    [`${job}/${runKey}`, job, runKey],
  );
}

test('the repair waits while the ranking of any date runs, and goes on when it has ended', () =>
  withLockEngine(night, async (at) => {
    await met(at, 'BATCH-000', second);
    await met(at, 'BATCH-001', first);
    expect(await at.open('BATCH-001', second)).toBe('running');

    expect(await at.open('BATCH-003', first)).toBe('waiting');

    expect(await at.held()).toEqual([`rankings 0 BATCH-001/${second} 1`]);
    await at.close(`BATCH-001/${second}`);
    expect(await at.ask(`BATCH-003/${first}`)).toBe('running');
    expect(await at.held()).toEqual([`rankings 0 BATCH-003/${first} 2`]);
  }));

test('the ranking does not start beside the repair: it is not run, with an alert', () =>
  withLockEngine(night, async (at) => {
    await met(at, 'BATCH-001', first);
    await met(at, 'BATCH-000', second);
    expect(await at.open('BATCH-003', first)).toBe('running');

    expect(await at.open('BATCH-001', second)).toBe('closed');

    expect(await getRun(at.engine.db, `BATCH-001/${second}`)).toMatchObject({ status: 'notRun', reason: 'lockBusy' });
    const alerts = await at.engine.db.query('select rule from alerts where run_id = $1', [`BATCH-001/${second}`]);
    expect(alerts.rows).toEqual([{ rule: 'notRun' }]);
    expect(await at.held()).toEqual([`rankings 0 BATCH-003/${first} 1`]);
  }));
