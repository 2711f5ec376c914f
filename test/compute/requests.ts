import type { BatchRequest } from '../../compute/port.ts';

/** A request for a single job, with the fields that a test cares for. */
export function startRequest(fields: Partial<BatchRequest> = {}): BatchRequest {
  return {
    kind: 'batch',
    name: 'shop-test-BATCH-001-a1b2',
    queue: 'on-demand',
    definition: 'arn:aws:batch:ap-northeast-1:000000000000:job-definition/ranking:3',
    logGroup: '/nightshift/test',
    tags: { 'nightshift:attempt': 'a1b2', 'nightshift:database': 'd1' },
    size: null,
    nodes: null,
    parameters: {},
    childRetries: null,
    share: null,
    upload: null,
    command: ['node', 'score.js'],
    environment: { STAGE: 'test', JOB_INPUT: '{"password":"hunter2"}' },
    vcpu: 0.25,
    memoryMib: 512,
    timeoutSeconds: 600,
    output: 'none',
    ...fields,
  };
}
