import { type ContainerFacts, containerEnvironment } from '../../compute/container-contract.ts';
import { encodeShardMap } from '../../compute/shard-map.ts';
import { assertLock, context } from '../../container/environment.ts';
import { input } from '../../container/input.ts';
import { shard } from '../../container/shard.ts';

const facts: ContainerFacts = {
  runId: 'BATCH-001/2026-11-21',
  jobId: 'BATCH-001',
  runKey: '2026-11-21',
  date: '2026-11-21',
  step: 'score#1',
  attemptId: 'a1b2',
  attemptNumber: 2,
  shardCount: 4,
  shardMap: encodeShardMap([1, 3], 4),
  lockTokens: { rankings: 17 },
  environment: { STAGE: 'dev' },
  input: { all: { date: '2026-11-21' } },
};

describe('the environment of a container', () => {
  test('is understood by the container library', () => {
    const environment = { ...containerEnvironment(facts), AWS_BATCH_JOB_ARRAY_INDEX: '1' };

    expect(context(environment)).toEqual({
      runId: 'BATCH-001/2026-11-21',
      jobId: 'BATCH-001',
      runKey: '2026-11-21',
      date: '2026-11-21',
      step: 'score#1',
      attemptId: 'a1b2',
      attemptNumber: 2,
      lockTokens: { rankings: 17 },
    });
    expect(shard(environment)).toEqual({ index: 3, count: 4 });
    expect(input(environment)).toEqual({ date: '2026-11-21' });
    expect(assertLock('rankings', environment)).toBe(17);
  });

  test('has the variables of the task, but none that hides one of the contract', () => {
    const environment = containerEnvironment({ ...facts, environment: { STAGE: 'dev', NIGHTSHIFT_DATE: 'never' } });

    expect(environment.STAGE).toBe('dev');
    expect(environment.NIGHTSHIFT_DATE).toBe('2026-11-21');
  });

  test('names no shard map and no input when there is none', () => {
    const environment = containerEnvironment({ ...facts, shardMap: null, input: { all: undefined } });

    expect(Object.keys(environment)).not.toContain('NIGHTSHIFT_SHARD_MAP');
    expect(Object.keys(environment)).not.toContain('JOB_INPUT');
  });

  test('has a table of inputs by logical shard when they differ', () => {
    const environment = containerEnvironment({ ...facts, input: { shards: { 1: { from: 10 }, 3: { from: 30 } } } });

    expect(environment.JOB_INPUT).toBe('{"nightshiftInput":{"shards":{"1":{"from":10},"3":{"from":30}}}}');
  });

  test('has the plain input when all shards get the same', () => {
    const environment = containerEnvironment({ ...facts, input: { shards: { 1: { from: 10 }, 3: { from: 10 } } } });

    expect(environment.JOB_INPUT).toBe('{"from":10}');
  });

  test('refuses an input that the container would follow to a file', () => {
    const pointer = { nightshiftInput: { file: '/etc/hostname' } };

    expect(() => containerEnvironment({ ...facts, input: { all: pointer } })).toThrow(/nightshiftInput/);
    expect(() => containerEnvironment({ ...facts, input: { shards: { 0: pointer } } })).toThrow(/nightshiftInput/);
  });
});
