import { all } from '../../store/database.ts';
import { withLockEngine } from '../support/lock-engine.ts';
import { lockedJob } from '../support/locked-job.ts';

const pool = (slots: number) => [lockedJob('POOL', [{ name: 'pool', slots }])];
const days = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04'] as const;

test('a lock with two slots has two holders with different tokens, and the third waits for the first to end', () =>
  withLockEngine(pool(2), async ({ open, ask, close, held }) => {
    expect(await open('POOL', days[0])).toBe('running');
    expect(await open('POOL', days[1])).toBe('running');
    expect(await open('POOL', days[2])).toBe('waiting');
    expect(await held()).toEqual([`pool 0 POOL/${days[0]} 1`, `pool 1 POOL/${days[1]} 2`]);

    await close(`POOL/${days[0]}`);

    expect(await held()).toEqual([`pool 0 POOL/${days[2]} 3`, `pool 1 POOL/${days[1]} 2`]);
    expect(await ask(`POOL/${days[2]}`)).toBe('running');
  }));

test('a free slot is not given to whoever comes later than one that still waits for it', () =>
  withLockEngine(
    [
      lockedJob('BOTH', [{ name: 'pool', slots: 2 }, { name: 'table' }]),
      lockedJob('TABLE', [{ name: 'table' }]),
      ...pool(2),
    ],
    async ({ open, close, held }) => {
      await open('TABLE', days[0]);
      expect(await open('BOTH', days[0])).toBe('waiting');
      expect(await open('POOL', days[0])).toBe('running');
      expect(await open('POOL', days[1])).toBe('waiting');

      await close(`TABLE/${days[0]}`);

      expect(await held()).toEqual([
        `pool 0 POOL/${days[0]} 1`,
        `pool 1 BOTH/${days[0]} 2`,
        `table 0 BOTH/${days[0]} 2`,
      ]);
    },
  ));

test('more slots in the job file let the next asker in', () =>
  withLockEngine(pool(1), async ({ open, held, deploy }) => {
    await open('POOL', days[0]);
    deploy(pool(3));

    expect(await open('POOL', days[1])).toBe('running');

    expect(await held()).toEqual([`pool 0 POOL/${days[0]} 1`, `pool 1 POOL/${days[1]} 2`]);
  }));

test('fewer slots take nothing from who holds one, let nobody in above the limit, and never repeat a token', () =>
  withLockEngine(pool(3), async ({ engine, open, ask, close, held, deploy }) => {
    for (const day of days.slice(0, 3)) await open('POOL', day);
    deploy(pool(1));

    expect(await open('POOL', days[3])).toBe('waiting');
    await close(`POOL/${days[2]}`);
    await close(`POOL/${days[0]}`);
    expect(await ask(`POOL/${days[3]}`)).toBe('waiting');
    expect(await held()).toEqual([`pool 1 POOL/${days[1]} 2`]);
    await close(`POOL/${days[1]}`);

    expect(await held()).toEqual([`pool 0 POOL/${days[3]} 4`]);
    expect(await all(engine.db, 'select name, slot from lock_slots', [])).toEqual([{ name: 'pool', slot: 0 }]);
  }));

test('a run that was started before the change of the job file does not undo it', () =>
  withLockEngine([...pool(1), lockedJob('OLD', [{ name: 'pool', slots: 1 }])], async (at) => {
    await at.open('POOL', days[0]);
    expect(await at.open('OLD', days[1])).toBe('waiting');
    at.deploy(pool(2));
    expect(await at.open('POOL', days[2])).toBe('waiting');

    expect(await at.ask(`OLD/${days[1]}`)).toBe('running');

    expect(await all(at.engine.db, 'select slots from locks', [])).toEqual([{ slots: 2 }]);
    expect(await at.held()).toEqual([`pool 0 POOL/${days[0]} 1`, `pool 1 OLD/${days[1]} 2`]);
  }));
