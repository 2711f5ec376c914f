import { rightsLockFile } from '../config/rights-lock.ts';
import { conditionTexts, type RoleChange } from '../rights/compare-rights.ts';
import type { DerivedRole, Statement } from '../rights/statement.ts';
import type { RightsCheck } from './check-rights.ts';

/** What `nightshift check --rights` prints: with policies what they lack, else every role and what has changed. */
export function rightsText(check: RightsCheck): string {
  if (check.missing !== null) return missingText(check, check.missing);
  return [...check.roles.map(roleText), differenceText(check)].join('\n');
}

function roleText({ name, title, trusts, statements }: DerivedRole): string {
  const width = Math.max(...statements.map(({ sid }) => sid.length));
  return [`${name}: ${title}, taken by ${trusts}`, ...statements.flatMap((one) => statementLines(one, width)), ''].join(
    '\n',
  );
}

function statementLines({ sid, actions, resources, conditions, neededBy }: Statement, width: number): string[] {
  const lines = [
    actions.join(', '),
    ...resources.map((resource) => `on ${resource}`),
    ...conditionTexts(conditions),
    `for ${neededBy.join(', ')}`,
  ];
  return lines.map((line, index) => `  ${(index === 0 ? sid : '').padEnd(width)}  ${line}`);
}

function differenceText({ accepted, difference }: RightsCheck): string {
  if (difference === null) {
    return accepted
      ? `${rightsLockFile} is written: commit it`
      : `There is no ${rightsLockFile} to compare with; nightshift check --rights --accept writes it`;
  }
  if (difference.length === 0) return `The same rights as in ${rightsLockFile}`;
  const end = accepted
    ? `${rightsLockFile} is written: commit it`
    : 'To take them as they are: nightshift check --rights --accept';
  return [`Not as in ${rightsLockFile}:`, ...difference.flatMap(changeLines), '', end].join('\n');
}

function changeLines({ role, changes }: RoleChange): string[] {
  return [
    '',
    role,
    ...changes.map(
      ({ change, right, neededBy }) => `  ${change === 'added' ? '+' : '-'} ${right} (${neededBy.join(', ')})`,
    ),
  ];
}

function missingText({ stage }: RightsCheck, { of, statements }: NonNullable<RightsCheck['missing']>): string {
  const whose = of === 'the workers' ? of : `the role ${of}`;
  if (statements.length === 0) return `The policy has all rights that ${whose} need${of === 'the workers' ? '' : 's'}`;
  const what = statements.length === 1 ? 'this statement' : `these ${statements.length} statements`;
  const hint = stage === null ? ['', 'Names have placeholders; --stage compares with those of a stage'] : [];
  return [
    `The policy lacks rights that ${whose} need${of === 'the workers' ? '' : 's'}; add ${what}:`,
    '',
    statements.map((statement) => JSON.stringify(statement, null, 2)).join(',\n'),
    ...hint,
  ].join('\n');
}
