import type { GivenStackConfig } from './stack-config.ts';
import { variableProblems } from './worker-variables.ts';

/** What is wrong with keys that are right by themselves: each would be dropped without a word, or refused by AWS. */
export function conflictProblems(given: Partial<GivenStackConfig>): string[] {
  return [...networkProblems(given), ...alarmProblems(given), ...variableProblems(given)];
}

function networkProblems({ vpc, nat }: Partial<GivenStackConfig>): string[] {
  if (vpc === undefined || nat === undefined) return [];
  if ('id' in vpc) {
    return [
      'nat: is how a new VPC calls out, and vpc.id names one that is there; take nat out, and see to its way to AWS',
    ];
  }
  // Each endpoint takes an address in each subnet, which has a sixteenth of the range; AWS keeps five.
  return nat === 'endpoints' && Number(vpc.cidr.split('/')[1]) > 22
    ? [
        'vpc.cidr: is too small for nat: endpoints, which take addresses themselves; write a range of /16 to /22, such as "10.20.0.0/16"',
      ]
    : [];
}

function alarmProblems({ alarms }: Partial<GivenStackConfig>): string[] {
  return alarms?.email === undefined || alarms.topic === undefined
    ? []
    : [
        'alarms.email: is for the topic that the deployment makes, and alarms.topic names another; take one of the two out, and subscribe "night@example.com" to a topic of your own by yourself',
      ];
}
