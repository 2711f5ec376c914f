import { fitPolicies } from '../../pulumi/jobs/fit-policies.ts';
import { allows } from '../../rights/allows.ts';
import { jobPolicy, type NamedPolicy, policyDocument, type Statement } from '../../rights/statement.ts';

const arn = (job: string) => `arn:aws:batch:ap-northeast-1:123456789012:job-definition/shop-prod-${job}-work:*`;
const submit = (...jobs: string[]): Statement => ({
  sid: 'SubmitJobs',
  actions: ['batch:SubmitJob'],
  resources: jobs.map(arn),
  neededBy: jobs.map((job) => `${job}/work`),
});
const look: Statement = {
  sid: 'LookAtJobs',
  actions: ['batch:DescribeJobs'],
  resources: ['*'],
  neededBy: ['every Batch task'],
};
const names = (count: number) => Array.from({ length: count }, (_, index) => `JOB-${index}`);
const own = { name: 'derived', statements: [look] };
/** The policies of so many jobs, and the role's own. */
const policiesOf = (jobs: string[]): NamedPolicy[] => [
  ...jobs.map((job) => ({ name: jobPolicy(job), statements: [submit(job)] })),
  own,
];

test('while they fit, the rights of each job are a policy of their own inside the role', () => {
  expect(fitPolicies({ policies: policiesOf(['a', 'b']) })).toEqual({
    inside: {
      'job-a': policyDocument([submit('a')]),
      'job-b': policyDocument([submit('b')]),
      derived: policyDocument([look]),
    },
    beside: {},
  });
});

test('what belongs to no job makes room for the jobs', () => {
  const long = { name: 'derived', statements: [look, { ...submit(...names(60)), sid: 'Long' }] };
  const jobs = policiesOf(names(30)).slice(0, -1);
  const { inside, beside } = fitPolicies({ policies: [...jobs, long] });

  expect(Object.keys(inside)).toEqual(jobs.map(({ name }) => name));
  expect(beside).toEqual({ 1: policyDocument(long.statements) });
});

test('inside a role there is room for old and new policies of changed jobs', () => {
  const length = (policies: object) =>
    Object.values(policies).reduce((sum, one) => sum + JSON.stringify(one).length, 0);
  let count = 1;
  const isInside = (jobs: number) => Object.keys(fitPolicies({ policies: policiesOf(names(jobs)) }).inside).length > 0;
  while (isInside(count + 1)) count += 1;
  const most = fitPolicies({ policies: policiesOf(names(count)) });
  const renamed = fitPolicies({ policies: policiesOf(names(count).map((job, at) => (at < 5 ? `${job}-X` : job))) });

  expect(count).toBeGreaterThan(20);
  expect(length({ ...most.inside, ...renamed.inside })).toBeLessThanOrEqual(10_240);
});

describe('the rights of many jobs', () => {
  const jobs = names(300);
  const { inside, beside } = fitPolicies({ policies: policiesOf(jobs) });
  const all = [...Object.values(inside), ...Object.values(beside)];

  test('are policies beside the role, each short enough, which allow the same', () => {
    expect(inside).toEqual({});
    expect(Object.keys(beside).length).toBeLessThanOrEqual(10);
    for (const document of Object.values(beside)) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
    for (const job of jobs) {
      expect([job, allows(all, { action: 'batch:SubmitJob', resource: arn(job).replace('*', '7') })]).toEqual([
        job,
        true,
      ]);
    }
    expect(allows(all, { action: 'batch:SubmitJob', resource: arn('JOB-300').replace('*', '7') })).toBe(false);
    expect(allows(all, { action: 'batch:DescribeJobs', resource: '*' })).toBe(true);
  });

  test('with another job are the same but for one policy, and no right has moved', () => {
    const after = fitPolicies({ policies: policiesOf(['AAA', ...jobs]) });
    const changed = Object.keys(after.beside).filter(
      (name) => JSON.stringify(after.beside[name]) !== JSON.stringify(beside[name]),
    );

    expect(after.inside).toEqual(inside);
    expect(changed).toHaveLength(1);
    const [name = ''] = changed;
    const resources = (document: (typeof beside)[string] | undefined) =>
      document?.Statement.flatMap(({ Resource }) => Resource) ?? [];
    expect(resources(after.beside[name]).filter((one) => one !== arn('AAA'))).toEqual(resources(beside[name]));
  });
});

test('rights of no job that are too long for one policy are several', () => {
  const { inside, beside } = fitPolicies({ policies: [{ name: 'derived', statements: [submit(...names(300))] }] });

  expect(inside).toEqual({});
  expect(Object.keys(beside).length).toBeGreaterThan(4);
  for (const document of Object.values(beside)) expect(JSON.stringify(document).length).toBeLessThanOrEqual(6_144);
});

test('more than a role can hold is refused with what to do', () => {
  expect(() => fitPolicies({ policies: policiesOf(names(1_000)) })).toThrow(
    /1001 tasks do not fit the 10 policies of 6144 characters .* another project/,
  );
});
