import { attemptOfEvent } from '../../watcher/attempt-of-event.ts';

const id = '0123456789abcdef';
const job = (detail: object) => ({ source: 'aws.batch', detail: { jobName: `shop-prod-B-${id}`, ...detail } });
const task = (detail: object) => ({ source: 'aws.ecs', detail: { startedBy: id, ...detail } });
const build = (status: string) => ({
  source: 'aws.codebuild',
  detail: {
    'build-id': 'arn:aws:codebuild:ap-northeast-1:123456789012:build/shop-prod:11111111-2222',
    'build-status': status,
  },
});

test.each([
  ['a job that succeeded', job({ status: 'SUCCEEDED' }), { attemptId: id }],
  ['a job that failed', job({ status: 'FAILED' }), { attemptId: id }],
  ['a task that stopped', task({ lastStatus: 'STOPPED' }), { attemptId: id }],
  ['a build that ended', build('FAILED'), { externalId: 'shop-prod:11111111-2222' }],
])('%s is told to its attempt', (_, event, attempt) => {
  expect(attemptOfEvent(event, 'shop-prod-')).toEqual(attempt);
});

test.each([
  ['a job that runs', job({ status: 'RUNNING' })],
  ['a child of an array', job({ status: 'FAILED', arrayProperties: { index: 0 } })],
  ['a node of a job', job({ status: 'FAILED', nodeProperties: { nodeIndex: 1 } })],
  ['a job of another stage', job({ status: 'FAILED', jobName: `shop-test-B-${id}` })],
  ['a task that runs', task({ lastStatus: 'RUNNING' })],
  ['a task of a service', task({ lastStatus: 'STOPPED', startedBy: 'ecs-svc/123' })],
  ['a build that goes on', build('IN_PROGRESS')],
  ['an event without detail', { source: 'aws.batch' }],
  ['no event', null],
  ['text', 'hello'],
])('%s is nothing to look at', (_, event) => {
  expect(attemptOfEvent(event, 'shop-prod-')).toBeNull();
});
