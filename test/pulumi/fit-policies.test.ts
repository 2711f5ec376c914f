import { fitPolicies } from '../../pulumi/jobs/fit-policies.ts';
import { allows } from '../../rights/allows.ts';
import type { Statement } from '../../rights/statement.ts';

const arn = (index: number) => `arn:aws:batch:ap-northeast-1:123456789012:job-definition/shop-prod-JOB-${index}-work:*`;
const submit = (jobs: number): Statement => ({
  sid: 'SubmitJobs',
  actions: ['batch:SubmitJob'],
  resources: Array.from({ length: jobs }, (_, index) => arn(index)),
  neededBy: Array.from({ length: jobs }, (_, index) => `JOB-${index}/work`),
});
const look: Statement = {
  sid: 'LookAtJobs',
  actions: ['batch:DescribeJobs'],
  resources: ['*'],
  neededBy: ['JOB-0/work'],
};

test('the rights of a few jobs are one policy inside the role', () => {
  const { inline, documents } = fitPolicies([submit(50), look]);

  expect([inline, documents.length]).toEqual([true, 1]);
});

test('the rights of many jobs are several policies, each short enough, which allow the same', () => {
  const { inline, documents } = fitPolicies([submit(300), look]);

  expect(inline).toBe(false);
  for (const document of documents) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
  for (const index of [0, 149, 150, 299]) {
    expect(allows(documents, { action: 'batch:SubmitJob', resource: arn(index).replace('*', '7') })).toBe(true);
  }
  expect(allows(documents, { action: 'batch:SubmitJob', resource: arn(300).replace('*', '7') })).toBe(false);
  expect(allows(documents, { action: 'batch:DescribeJobs', resource: '*' })).toBe(true);
});

test('more than a role can hold is refused with what to do', () => {
  expect(() => fitPolicies([submit(1_000)])).toThrow(
    /1000 tasks need \d+ policies, and AWS takes 10 .* another project/,
  );
});
