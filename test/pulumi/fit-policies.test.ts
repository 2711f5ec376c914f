import { fitPolicies } from '../../pulumi/jobs/fit-policies.ts';
import { allows } from '../../rights/allows.ts';
import { policyDocument, type Statement } from '../../rights/statement.ts';

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

test('rights that come and go with a job are a policy of their own inside the role', () => {
  const policies = [
    { name: 'job-JOB-0', statements: [submit(1)] },
    { name: 'derived', statements: [look] },
  ];

  expect(fitPolicies({ statements: [submit(1), look], policies })).toEqual({
    inline: true,
    documents: { 'job-JOB-0': policyDocument([submit(1)]), derived: policyDocument([look]) },
  });
});

test('policies that fit alone and not together are put beside the role', () => {
  const policies = [
    { name: 'job-a', statements: [submit(60)] },
    { name: 'job-b', statements: [submit(60)] },
  ];

  expect(fitPolicies({ statements: [submit(60)], policies }).inline).toBe(false);
});

test('the rights of many jobs are several policies, each short enough, which allow the same', () => {
  const { inline, documents } = fitPolicies({
    statements: [submit(300), look],
    policies: [{ name: 'derived', statements: [submit(300), look] }],
  });
  const all = Object.values(documents);

  expect(inline).toBe(false);
  for (const document of all) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
  for (const index of [0, 149, 150, 299]) {
    expect(allows(all, { action: 'batch:SubmitJob', resource: arn(index).replace('*', '7') })).toBe(true);
  }
  expect(allows(all, { action: 'batch:SubmitJob', resource: arn(300).replace('*', '7') })).toBe(false);
  expect(allows(all, { action: 'batch:DescribeJobs', resource: '*' })).toBe(true);
});

test('more than a role can hold is refused with what to do', () => {
  expect(() =>
    fitPolicies({ statements: [submit(1_000)], policies: [{ name: 'derived', statements: [submit(1_000)] }] }),
  ).toThrow(/1000 tasks need \d+ policies, and AWS takes 10 .* another project/);
});
