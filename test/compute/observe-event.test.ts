import { observeEvent } from '../../compute/batch/observe-event.ts';

const event = (detail: object) => ({ 'detail-type': 'Batch Job State Change', detail: { jobId: 'j', ...detail } });

describe('an event that was kept of a job that AWS has forgotten', () => {
  test('says that a single job or a whole array succeeded', () => {
    const ended = { status: 'ended', startedAt: new Date(1), endedAt: new Date(2), failures: [] };
    const times = { startedAt: 1, stoppedAt: 2 };

    expect(observeEvent(event({ status: 'SUCCEEDED', ...times }), 'j')).toEqual(ended);
    expect(observeEvent(event({ status: 'SUCCEEDED', arrayProperties: { size: 9 }, ...times }), 'j')).toEqual(ended);
  });

  test('says how a single job failed', () => {
    const failed = event({
      status: 'FAILED',
      statusReason: 'Essential container in task exited',
      container: { exitCode: 3 },
    });

    expect(observeEvent(failed, 'j')).toMatchObject({ failures: [{ index: 0, class: 'exitCode', exitCode: 3 }] });
  });

  test.each([
    ['of another job', event({ jobId: 'other', status: 'SUCCEEDED' })],
    ['of a job that goes on', event({ status: 'RUNNING' })],
    ['of a failed array, whose children it does not name', event({ status: 'FAILED', arrayProperties: { size: 2 } })],
    ['that is not there', null],
  ])('says nothing when it is one %s', (_, what) => {
    expect(observeEvent(what, 'j')).toBeNull();
  });
});
