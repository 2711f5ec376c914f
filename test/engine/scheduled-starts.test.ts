import { heldUp, holdingUp } from '../support/barrier.ts';
import { until } from '../support/until.ts';
import { plainJob, withPlannedEngine } from './planned-engine.ts';

const daily = { expression: 'cron(0 3 * * ? *)' } as const;
const hourly = { expression: 'rate(1 hour)' } as const;

test('a job by date waits while the run before it is open, and goes on at its end', () =>
  withPlannedEngine([plainJob('A', { schedule: daily })], async ({ fire, open, succeed, state, woken }) => {
    await fire('A', '2026-11-20');
    expect(await open('A/2026-11-20')).toBe('running');
    await fire('A', '2026-11-22');
    await fire('A', '2026-11-21');

    expect([await open('A/2026-11-22'), await open('A/2026-11-21')]).toEqual(['waiting', 'waiting']);
    await succeed('A/2026-11-20');

    expect(await woken()).toEqual(['A/2026-11-21', 'A/2026-11-22']);
    // The earlier date first, whoever asks first.
    expect([await open('A/2026-11-22'), await open('A/2026-11-21')]).toEqual(['waiting', 'running']);
    await succeed('A/2026-11-21');
    expect(await open('A/2026-11-22')).toBe('running');
    expect(await state('A/2026-11-22')).toBe('running');
  }));

test('a job by instant leaves out what is due while a run is open, and it is seen', () =>
  withPlannedEngine([plainJob('A', { schedule: hourly })], async ({ db, fire, open, succeed, state }) => {
    await fire('A', '2026-11-20T01:00Z');
    await open('A/2026-11-20T01:00Z');

    await fire('A', '2026-11-20T02:00Z');
    await fire('A', '2026-11-20T02:00Z');
    await succeed('A/2026-11-20T01:00Z');
    await fire('A', '2026-11-20T03:00Z');
    await fire('A', '2026-11-20T02:00Z');

    expect(await state('A/2026-11-20T02:00Z')).toBe('notRun overlap');
    expect(await state('A/2026-11-20T03:00Z')).toBe('waiting');
    const { rows } = await db.query(`select action, reason from audit where run_id = 'A/2026-11-20T02:00Z'`);
    expect(rows).toEqual([{ action: 'not run', reason: 'overlap' }]);
  }));

test('twenty starts at once by instant are one run; the others are left out', () =>
  withPlannedEngine([plainJob('A', { schedule: hourly })], async ({ db, fire }) => {
    const keys = Array.from({ length: 20 }, (_, hour) => `2026-11-20T${String(hour).padStart(2, '0')}:00Z`);

    await Promise.all(keys.map((key) => fire('A', key)));

    const { rows } = await db.query('select status, count(*)::integer as runs from runs group by 1 order by 1');
    expect(rows).toEqual([
      { status: 'notRun', runs: 19 },
      { status: 'waiting', runs: 1 },
    ]);
  }));

test('twenty runs by date that ask at once run one at a time', () =>
  withPlannedEngine([plainJob('A', { schedule: daily })], async ({ db, fire, open, succeed }) => {
    const ids = Array.from({ length: 20 }, (_, day) => `A/2026-11-${String(day + 1).padStart(2, '0')}`);
    for (const id of ids) await fire('A', id.slice(2));

    for (let ended = 0; ended < ids.length; ended += 1) {
      await Promise.all(ids.map(open));
      const { rows } = await db.query<{ id: string }>(`select id from runs where status = 'running'`);
      expect(rows).toHaveLength(1);
      await succeed(rows[0]?.id ?? '');
    }

    const { rowCount } = await db.query(`select 1 from runs where status = 'succeeded'`);
    expect(rowCount).toBe(20);
  }));

test('two runs by date that ask at the same moment do not both run', () => {
  // With a lock, so that both can be held up after they have looked for each other.
  const job = plainJob('A', { schedule: daily, locks: [{ name: 'pool', slots: 2 }] });
  return withPlannedEngine([job], async ({ db, fire, open }) => {
    for (const day of ['2026-11-20', '2026-11-21']) await fire('A', day);
    let asking: Promise<string>[] = [];

    await holdingUp(db, `select pg_advisory_xact_lock(hashtext('nightshift locks'))`, async () => {
      asking = [open('A/2026-11-20'), open('A/2026-11-21')];
      await until(async () => (await heldUp(db)) === 2, { describe: 'both to be under way' });
    });

    expect((await Promise.all(asking)).sort()).toEqual(['running', 'waiting']);
  });
});

test('with overlap allowed, both run', () =>
  withPlannedEngine([plainJob('A', { schedule: { ...daily, overlap: 'allow' } })], async ({ fire, open }) => {
    await fire('A', '2026-11-20');
    await fire('A', '2026-11-21');

    expect([await open('A/2026-11-20'), await open('A/2026-11-21')]).toEqual(['running', 'running']);
  }));

test('a holiday is not run, and successors that wait hear of it', () => {
  const jobs = [plainJob('A', { schedule: daily }), plainJob('B', { schedule: daily, after: ['A'] })];
  return withPlannedEngine(jobs, async ({ fire, open, state, woken }) => {
    await fire('B', '2026-11-23');
    expect(await open('B/2026-11-23')).toBe('waiting');

    await fire('A', '2026-11-23', 'notRun');
    await fire('A', '2026-11-23', 'notRun');

    expect(await state('A/2026-11-23')).toBe('notRun holiday');
    expect(await woken()).toEqual(['B/2026-11-23']);
    expect(await open('B/2026-11-23')).toBe('closed');
    expect(await state('B/2026-11-23')).toBe('notRun prerequisiteNotMet');
  });
});

describe("after { covers: 'day' }", () => {
  const every8 = { expression: 'rate(8 hours)' } as const;
  // The 21st in Tokyo: 17:00 on the 20th is past 00:00 there; three instants from 00:00Z, 08:00Z, 16:00Z.
  const instants = ['2026-11-20T16:00Z', '2026-11-21T00:00Z', '2026-11-21T08:00Z'];

  test('a run by date waits until every instant of its date has succeeded, and is woken once', () => {
    const jobs = [
      plainJob('P', { schedule: every8 }),
      plainJob('X', { schedule: daily, after: [{ job: 'P', covers: 'day' }] }),
    ];
    return withPlannedEngine(jobs, async ({ fire, open, succeed, state, woken }) => {
      await fire('X', '2026-11-21');
      expect(await open('X/2026-11-21')).toBe('waiting');

      for (const key of instants) {
        expect(await woken()).toEqual([]);
        await fire('P', key);
        expect(await open(`P/${key}`)).toBe('running');
        await succeed(`P/${key}`);
      }

      expect(await woken()).toEqual(['X/2026-11-21']);
      expect(await open('X/2026-11-21')).toBe('running');
      expect(await state('P/2026-11-20T08:00Z')).toBe('none');
    });
  });

  test('a job without a schedule is started by the last instant, also when that was left out', () => {
    const jobs = [plainJob('P', { schedule: every8 }), plainJob('X', { after: [{ job: 'P', covers: 'day' }] })];
    return withPlannedEngine(jobs, async ({ fire, open, succeed, state }) => {
      const [first = '', second = '', third = ''] = instants;
      await fire('P', first);
      await open(`P/${first}`);
      await succeed(`P/${first}`);
      await fire('P', second);
      await open(`P/${second}`);
      expect(await state('X/2026-11-21')).toBe('expected');

      await fire('P', third);
      await succeed(`P/${second}`);

      expect(await state(`P/${third}`)).toBe('notRun overlap');
      expect(await state('X/2026-11-21')).toBe('waiting');
      expect(await open('X/2026-11-21')).toBe('running');
    });
  });

  test('a run by instant waits for the run of its business date', () => {
    const jobs = [
      plainJob('P', { schedule: daily }),
      plainJob('X', { schedule: every8, after: [{ job: 'P', covers: 'day' }] }),
    ];
    return withPlannedEngine(jobs, async ({ fire, open, succeed, woken }) => {
      await fire('X', '2026-11-20T16:00Z');
      expect(await open('X/2026-11-20T16:00Z')).toBe('waiting');
      await fire('P', '2026-11-20');
      await open('P/2026-11-20');
      await succeed('P/2026-11-20');
      expect(await woken()).toEqual([]);

      await fire('P', '2026-11-21');
      await open('P/2026-11-21');
      await succeed('P/2026-11-21');

      expect(await woken()).toEqual(['X/2026-11-20T16:00Z']);
      expect(await open('X/2026-11-20T16:00Z')).toBe('running');
    });
  });
});
