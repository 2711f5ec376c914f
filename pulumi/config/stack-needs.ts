/** What a stack needs by the part that it deploys, as problems; looks only at what is there, not at its form. */
export function neededProblems(given: Record<string, unknown>): string[] {
  const part = given.part ?? 'all';
  const has = (key: string) => given[key] !== undefined;
  const problems: string[] = [];
  const need = (key: string, example: string) => {
    if (!has(key)) problems.push(`${key}: is missing; write ${example}`);
  };
  if (part === 'all' || part === 'data') {
    need('vpc', 'nightshift:vpc: { cidr: 10.20.0.0/16, zones: [ap-northeast-1a, ap-northeast-1c] }');
  }
  if (part === 'all' || part === 'jobs') {
    need('temporal', 'nightshift:temporal: { address: shop.a1b2c.tmprl.cloud:7233, namespace: shop.a1b2c }');
  }
  return [...problems, ...stackProblems(part, given.stacks)];
}

/** The parts that a part builds upon are other stacks. */
function stackProblems(part: unknown, stacks: unknown): string[] {
  const named = typeof stacks === 'object' && stacks !== null ? Object.keys(stacks) : [];
  const needed = { platform: ['data'], jobs: ['data', 'platform'] }[String(part)] ?? [];
  return needed
    .filter((name) => !named.includes(name))
    .map(
      (name) => `stacks.${name}: is missing; write the stack of the part ${name}, such as shop/nightshift/prod-${name}`,
    );
}
